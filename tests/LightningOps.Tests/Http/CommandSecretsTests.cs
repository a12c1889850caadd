using System;
using LightningOps.Http;
using Xunit;

namespace LightningOps.Tests.Http;

public sealed class CommandSecretsTests : IDisposable
{
    private const string Variable = "OA_LIGHTNING_TEST_TOKEN";

    public CommandSecretsTests() => Environment.SetEnvironmentVariable(Variable, "sup3r:secret value");

    public void Dispose() => Environment.SetEnvironmentVariable(Variable, null);

    [Theory]
    [InlineData("+ curl -H 'Authorization: L402 AgEEbHNhdAJC:00ff' https://a", "+ curl -H 'Authorization: ***")]
    [InlineData("sent L402 AgEEbHNhdAJCAAAA:00ff now", "sent L402 *** now")]
    [InlineData("export OA_LIGHTNING_OPS_SECRET=hunter22", "export OA_LIGHTNING_OPS_SECRET=***")]
    [InlineData("lncli --macaroonpath /x failed", "lncli --macaroonpath /x failed")]
    [InlineData("password: \"a b\" rejected", "password: *** rejected")]
    [InlineData("dial postgres://aperture:hunter2@db:5432/x", "dial postgres://***@db:5432/x")]
    [InlineData("preimage 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "preimage ***")]
    [InlineData("the value is sup3r:secret value.", "the value is ***.")]
    [InlineData("Unit aperture.service not found.\ncfg_159f801a51a7 kept", "Unit aperture.service not found.\ncfg_159f801a51a7 kept")]
    [InlineData("yaml: line 3: mapping values are not allowed", "yaml: line 3: mapping values are not allowed")]
    public void Secrets_of_a_trace_are_replaced_and_the_rest_is_kept(string output, string expected) => Assert.Equal(expected, CommandSecrets.Scrub(output));
}
