using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Payments;
using LightningOps.Settings;
using Xunit;

namespace LightningOps.Tests.Payments;

public sealed class PayerFactoryTests
{
    [Theory]
    [InlineData("mock", "mock")]
    [InlineData("executor", "wallet-executor")]
    [InlineData("Executor:https://wallet.example.com", "wallet-executor")]
    [InlineData("wallet-executor", "wallet-executor")]
    [InlineData("lnd:https://localhost:8080", "lnd")]
    [InlineData("cln:https://localhost:3010", "cln")]
    [InlineData("phoenixd:http://127.0.0.1:9740", "phoenixd")]
    public void A_wallet_is_made_from_its_name(string reference, string name)
    {
        using var payer = Create(reference, (EnvironmentVariables.WalletExecutorBaseUrl, "http://127.0.0.1:1"));

        Assert.Equal(name, payer.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("purse")]
    [InlineData("executor:")]
    [InlineData("lnd")]
    [InlineData("cln")]
    [InlineData("phoenixd:")]
    [InlineData("mock:x")]
    public void What_names_no_wallet_is_refused(string reference)
    {
        Assert.Equal("Payer", Assert.Throws<ConfigException>(() => PayerReference.Parse(reference)).Field);
    }

    [Fact]
    public void The_executor_needs_its_address_and_a_time_limit_that_is_one()
    {
        var missing = Assert.Throws<ConfigException>(() => Create("executor"));
        var malformed = Assert.Throws<ConfigException>(() => Create("executor:https://w.example.com", (EnvironmentVariables.WalletExecutorTimeoutMs, "soon")));

        Assert.Equal((EnvironmentVariables.WalletExecutorBaseUrl, "missing required environment variable"), (missing.Field, missing.Reason));
        Assert.Equal((EnvironmentVariables.WalletExecutorTimeoutMs, "must be a positive integer"), (malformed.Field, malformed.Reason));
        Create("executor:https://w.example.com", (EnvironmentVariables.WalletExecutorTimeoutMs, "99999999999999")).Dispose();
    }

    [Fact]
    public void LND_needs_a_macaroon_and_a_certificate_that_can_be_read()
    {
        var settings = new PayerSettings { Environment = OperatorEnvironment.From(new Dictionary<string, string>()), Macaroon = OperatorSecret.From("02") };

        Assert.Throws<ConfigException>(() => PayerFactory.Create(PayerReference.Parse("lnd:https://localhost:1"), settings with { Macaroon = null }));
        Assert.Throws<ConfigException>(() => PayerFactory.Create(PayerReference.Parse("lnd:https://localhost:1"), settings with { CertificateFingerprint = "12" }));
        Assert.Throws<ConfigException>(() => PayerFactory.Create(PayerReference.Parse("lnd:http://node.example.com:1"), settings));
    }

    [Theory]
    [InlineData("cln:https://localhost:1")]
    [InlineData("phoenixd:http://127.0.0.1:1")]
    public void Core_Lightning_and_phoenixd_need_their_secret(string reference)
    {
        var settings = new PayerSettings { Environment = OperatorEnvironment.From(new Dictionary<string, string>()) };

        Assert.Equal("WalletSecret", Assert.Throws<ConfigException>(() => PayerFactory.Create(PayerReference.Parse(reference), settings)).Field);
    }

    [Fact]
    public void Without_a_chosen_gateway_the_simulated_wallet_says_how_many_run()
    {
        var settings = new PayerSettings { Environment = OperatorEnvironment.From(new Dictionary<string, string>()) };
        var reference = PayerReference.Parse("simulated");

        var none = Assert.Throws<ConfigException>(() => PayerFactory.Create(reference, settings));
        var two = Assert.Throws<ConfigException>(() => PayerFactory.Create(reference, settings with { RunningGateways = ["http://127.0.0.1:1", "http://127.0.0.1:2"] }));

        Assert.Equal("no loopback gateway runs in this session", none.Reason);
        Assert.StartsWith("2 loopback gateways run in this session", two.Reason, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:1, http://127.0.0.1:2", two.Remedy, StringComparison.Ordinal);
    }

    private static IInvoicePayer Create(string reference, params (string Name, string Value)[] variables) => PayerFactory.Create(
        PayerReference.Parse(reference),
        new PayerSettings
        {
            Environment = OperatorEnvironment.From(variables.ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal)),
            Macaroon = OperatorSecret.From("02"),
            Secret = OperatorSecret.From("secret"),
        });
}
