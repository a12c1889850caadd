using System;
using LightningOps.Paywalls;
using LightningOps.Security;
using LightningOps.Settings;
using Xunit;

namespace LightningOps.Tests.Security;

public sealed class OperatorCredentialsTests
{
    private const string Good = "0123456789abcdef";

    [Fact]
    public void Three_good_credentials_are_taken_trimmed()
    {
        var credentials = OperatorCredentials.Validate(new OperatorEnvironment(_ => " " + Good + "\n"));

        Assert.Equal((Good, Good, Good), (credentials.GatewayInvoice.Reveal(), credentials.SettlementRead.Reveal(), credentials.OperatorAdmin.Reveal()));
        Assert.DoesNotContain(Good, credentials.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, null, "missing_credential_role", CredentialRole.GatewayInvoice, "OA_LIGHTNING_OPS_CRED_GATEWAY_INVOICE")]
    [InlineData(Good, "  ", "short", "missing_credential_role", CredentialRole.SettlementRead, "OA_LIGHTNING_OPS_CRED_SETTLEMENT_READ")]
    [InlineData(Good, Good, null, "missing_credential_role", CredentialRole.OperatorAdmin, "OA_LIGHTNING_OPS_CRED_OPERATOR_ADMIN")]
    [InlineData("hunter2hunter2h", null, null, "invalid_credential_role", CredentialRole.GatewayInvoice, "OA_LIGHTNING_OPS_CRED_GATEWAY_INVOICE")]
    [InlineData(Good, "hunter2 hunter2 hunter2", Good, "invalid_credential_role", CredentialRole.SettlementRead, "OA_LIGHTNING_OPS_CRED_SETTLEMENT_READ")]
    public void The_first_bad_credential_is_named_and_not_repeated(string? invoice, string? settlement, string? admin, string code, CredentialRole role, string field)
    {
        var environment = new OperatorEnvironment(name => name switch
        {
            "OA_LIGHTNING_OPS_CRED_GATEWAY_INVOICE" => invoice,
            "OA_LIGHTNING_OPS_CRED_SETTLEMENT_READ" => settlement,
            _ => admin,
        });
        var error = Assert.Throws<CredentialValidationException>(() => OperatorCredentials.Validate(environment));

        Assert.Equal((code, role, field, "CredentialValidationError"), (error.Code, error.Role, error.Field, error.Tag));
        Assert.DoesNotContain("hunter", error.ToString(), StringComparison.Ordinal);
    }
}
