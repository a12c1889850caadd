using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Gateway.Probes;
using LightningOps.Paywalls;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway;

public sealed class GatewayFactoryTests
{
    [Theory]
    [InlineData("OPS:https://gw.example/", "ops:https://gw.example")]
    [InlineData("admin:https://gw.example:8081", "aperture:https://gw.example:8081")]
    [InlineData("aperture:https://gw.example:8081", "aperture:https://gw.example:8081")]
    [InlineData("file:/etc/aperture.yaml", "file:/etc/aperture.yaml")]
    [InlineData("file:///etc/aperture.yaml", "file:/etc/aperture.yaml")]
    [InlineData("memory", "memory")]
    public void A_gateway_is_named_by_its_kind_and_place_or_as_it_names_itself(string text, string name)
    {
        using var gateway = GatewayFactory.Create(GatewayReference.Parse(text), Settings([]) with { MacaroonPath = "admin.macaroon" });

        Assert.Equal(name, gateway.Name);
        Assert.Equal(GatewayReference.Parse(text).Kind, GatewayReference.Parse(gateway.Name).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nginx")]
    [InlineData("file")]
    [InlineData("file:")]
    [InlineData("ops: ")]
    [InlineData("memory:x")]
    [InlineData("https://gw.example")]
    public void What_names_no_gateway_is_refused_with_the_forms_there_are(string text)
    {
        var failure = Assert.Throws<ConfigException>(() => GatewayReference.Parse(text));

        Assert.Equal("Gateway", failure.Field);
        Assert.Contains("file:PATH", failure.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("admin", "aperture:https://gw.example", "admin:https://host:port")]
    [InlineData("ops", "ops:https://gw.example", "ops:https://host")]
    public void A_gateway_without_an_address_takes_that_of_the_settings_or_names_the_variable(string kind, string name, string form)
    {
        using var gateway = GatewayFactory.Create(GatewayReference.Parse(kind), Settings(new() { [EnvironmentVariables.GatewayBaseUrl] = "https://gw.example" }) with { MacaroonPath = "m" });

        Assert.Equal(name, gateway.Name);
        var missing = Assert.Throws<ConfigException>(() => GatewayFactory.Create(GatewayReference.Parse(kind), Settings([]) with { MacaroonPath = "m" }));
        Assert.Equal(EnvironmentVariables.GatewayBaseUrl, missing.Field);
        Assert.Contains("-Gateway " + form, missing.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ops:ftp://x", null, null, "Gateway", "-Gateway as ops:https://host")]
    [InlineData("ops", null, null, EnvironmentVariables.GatewayBaseUrl, EnvironmentVariables.GatewayBaseUrl)]
    [InlineData("ops:https://gw.example", "ftp://x", null, "ChallengeUrl", "-ChallengeUrl as https://host/path")]
    [InlineData("ops:https://gw.example", null, "ftp://x", "ProxyUrl", "-ProxyUrl as https://host/path")]
    [InlineData("file:/etc/aperture.yaml", "ftp://x", null, "ChallengeUrl", "-ChallengeUrl as https://host/path")]
    public void An_error_of_a_URL_names_where_it_was_given(string gateway, string? challenge, string? proxy, string field, string remedy)
    {
        var settings = Settings(new() { [EnvironmentVariables.GatewayBaseUrl] = "ftp://x" }) with { ChallengeUrl = challenge, ProxyUrl = proxy };

        var failure = Assert.Throws<ConfigException>(() => GatewayFactory.Create(GatewayReference.Parse(gateway), settings));

        Assert.Equal(field, failure.Field);
        Assert.Contains(remedy, failure.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("admin:https://Prod.example.com:8081/")]
    [InlineData("aperture:https://prod.example.com:8081")]
    [InlineData("admin:https://a.example.com:8081, https://b.example.com:8081/")]
    [InlineData("ops:https://ops.example.com/")]
    [InlineData("file:/etc/aperture/aperture.yaml")]
    public void The_record_name_of_a_reference_is_the_name_of_its_gateway(string text)
    {
        var reference = GatewayReference.Parse(text);
        using var gateway = GatewayFactory.Create(reference, Settings([]) with { MacaroonPath = "admin.macaroon" });

        Assert.Equal(gateway.Name, reference.RecordName);
    }

    [Fact]
    public async Task The_checks_of_an_ops_gateway_go_to_that_gateway_when_nobody_says_where()
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Status(402)));
        using var gateway = GatewayFactory.Create(GatewayReference.Parse("ops:" + server.Url), Settings([]));
        var rule = PaywallCompiler.Compile(PaywallSnapshot.Read(Vectors.Bytes("smoke/paywalls.json"), "vector"), new CompileOptions()).Rules[0];

        await gateway.ProbeChallengeAsync(new ProbeRoute(rule, rule.Host, rule.Path), default);

        Assert.Equal("/staging", Assert.Single(server.Requests).Target);
    }

    private static GatewaySettings Settings(Dictionary<string, string> variables) =>
        new() { Environment = new OperatorEnvironment(name => variables.GetValueOrDefault(name) ?? (name == "HOME" ? "/home/nobody" : null)) };
}
