using System;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Macaroons;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Buyer;

public sealed class ChallengeProbeTests : IAsyncLifetime
{
    private const string PaymentLine = "Payment id=\"a\", realm=\"api.example.com\", method=\"lightning\", intent=\"charge\", request=\"eyJhbW91bnQiOiIxMDAiLCJjdXJyZW5jeSI6InNhdCJ9\"";

    private static readonly PaymentHash Hash = PaymentHash.Parse(new string('a', 64));
    private readonly LoopbackServer server = new();
    private readonly ChallengeProbe probe = new(new L402ClientOptions());

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        probe.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task What_is_asked_is_told_and_nothing_is_paid()
    {
        server.Enqueue(Challenge(Invoice(70_000)));

        var report = await probe.AskAsync(Ask(100_000));

        Assert.Equal(((Msats?)70_000, 70m, true, (string?)null), (report.AmountMsats, report.AmountSats, report.IsPayable, report.DenyReasonCode));
        Assert.Equal((Bolt11Network.Regtest, Hash.Hex, false, true), (report.Network, report.PaymentHash, report.IsExpired, report.IsTokenOfInvoice));
        Assert.Equal("tea for two", report.Description);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(70_000, 69_999, "amount_over_cap")]
    [InlineData(null, 100_000, "amount_unknown")]
    public async Task What_would_not_be_paid_says_why(int? msats, int cap, string code)
    {
        server.Enqueue(Challenge(Invoice(msats)));

        var report = await probe.AskAsync(Ask(cap));

        Assert.Equal((false, code), (report.IsPayable, report.DenyReasonCode));
        Assert.NotNull(report.DenyReason);
    }

    [Fact]
    public async Task An_expired_invoice_and_one_that_does_not_decode_are_not_payable()
    {
        server.Enqueue(Challenge(Invoice(1000, 1_600_000_000)), Challenge(Invoice(1000)[..^1] + "q"));

        var expired = await probe.AskAsync(Ask(100_000));
        var broken = await probe.AskAsync(Ask(100_000));

        Assert.Equal(("invoice_expired", true), (expired.DenyReasonCode, expired.IsExpired));
        Assert.Equal(("invoice_invalid", null), (broken.DenyReasonCode, broken.PaymentHash));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_of_another_invoice_is_not_payable(bool isOfInvoice)
    {
        var invoice = Invoice(70_000);
        var hash = isOfInvoice ? Bolt11Invoice.Parse(invoice).Hash : PaymentHash.FromBytes(new byte[32]);
        var token = Macaroon.Mint(new byte[32], L402Identifier.Create(hash, new byte[32])).ToBase64();
        server.Enqueue(Reply.Status(402, ("WWW-Authenticate", "L402 macaroon=\"" + token + "\", invoice=\"" + invoice + "\"")));

        var report = await probe.AskAsync(Ask(100_000));

        Assert.Equal((isOfInvoice, isOfInvoice ? null : "token_not_of_invoice", isOfInvoice), (report.IsPayable, report.DenyReasonCode, report.IsTokenOfInvoice));
    }

    [Fact]
    public async Task Without_a_cap_nothing_is_judged()
    {
        server.Enqueue(Challenge(Invoice(70_000)));

        var report = await probe.AskAsync(Ask(null));

        Assert.Equal((null, (string?)null, (Msats?)70_000), (report.IsPayable, report.DenyReasonCode, report.AmountMsats));
    }

    [Theory]
    [InlineData(200, "requires no payment")]
    [InlineData(302, "redirect target")]
    [InlineData(404, "Host header")]
    [InlineData(302, "not 402: it is a redirect")]
    [InlineData(403, "it refuses access")]
    [InlineData(404, "it does not serve this path and method")]
    [InlineData(418, "it did not ask for a payment")]
    [InlineData(429, "it limits requests")]
    [InlineData(500, "it failed")]
    [InlineData(502, "it is closed or down")]
    [InlineData(502, "Get-L402GatewayService")]
    [InlineData(503, "it is closed or down")]
    public async Task An_answer_that_asks_for_nothing_is_an_error_and_no_redirect_is_followed(int status, string hint)
    {
        server.Enqueue(Reply.Status(status, ("Location", "/elsewhere")));

        var failure = await Assert.ThrowsAsync<L402NoChallengeException>(() => probe.AskAsync(Ask(1)));

        Assert.Equal(status, failure.StatusCode);
        Assert.Equal(status == 200, failure.Message.Contains("no payment", StringComparison.Ordinal));
        Assert.Contains(hint, failure.Message + failure.Remedy, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task The_body_of_a_challenge_is_not_waited_for()
    {
        server.Enqueue(Reply.Json(string.Empty, 402, ("WWW-Authenticate", "L402 macaroon=\"AgEE\", invoice=\"" + Invoice(1000) + "\""), ("transfer-encoding", "chunked")));

        Assert.Equal(1000L, (await probe.AskAsync(Ask(1000))).AmountMsats);
    }

    [Theory]
    [InlineData("WWW-Authenticate", PaymentLine, "Payment lightning charge of 100 sat for api.example.com")]
    [InlineData("PAYMENT-REQUIRED", "eyJ4NDAyVmVyc2lvbiI6MiwiYWNjZXB0cyI6W3sic2NoZW1lIjoiZXhhY3QiLCJuZXR3b3JrIjoiZWlwMTU1Ojg0NTMyIiwiYW1vdW50IjoiMTAwMDAiLCJhc3NldCI6IjB4MDM2QyIsImV4dHJhIjp7Im5hbWUiOiJVU0RDIn19XX0=", "x402 exact of 10000 USDC on eip155:84532")]
    public async Task A_402_of_another_scheme_says_which(string name, string value, string demand)
    {
        server.Enqueue(Reply.Status(402, (name, value)));

        var failure = await Assert.ThrowsAsync<L402OtherDemandException>(() => probe.AskAsync(Ask(100_000)));

        Assert.Equal(("PaymentNotL402", demand), (failure.Tag, Assert.Single(failure.Demands).ToString()));
        Assert.EndsWith(demand, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_self_signed_server_is_asked_once_its_certificate_is_pinned()
    {
        using var certificate = LoopbackCertificate.Make();
        await using var secured = new LoopbackServer(_ => Task.FromResult(Reply.Status(402, ("WWW-Authenticate", "L402 macaroon=\"AgEE\", invoice=\"" + Invoice(1000) + "\""))), certificate);
        var fingerprint = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(certificate.RawData));
        var request = new L402Request { Uri = new Uri(secured.Url + "/a") };
        using var trusting = ChallengeProbe.Create(new L402ClientOptions { SellerCertificateFingerprint = fingerprint });
        using var other = ChallengeProbe.Create(new L402ClientOptions { SellerCertificateFingerprint = new string('0', 64) });

        Assert.Equal(1000L, (await trusting.AskAsync(request)).AmountMsats);
        Assert.Equal("connection_failed:tls_refused", (await Assert.ThrowsAsync<L402TransportException>(() => other.AskAsync(request))).Reason);
        Assert.Equal("SellerCertificateFingerprint", Assert.Throws<ConfigException>(() => ChallengeProbe.Create(new L402ClientOptions { SellerCertificateFingerprint = "12" })).Field);
    }

    [Fact]
    public async Task An_invoice_in_a_JSON_body_is_found()
    {
        var invoice = Invoice(70_000);
        server.Enqueue(Reply.Json("{\"detail\":{\"pr\":\"lightning:" + invoice + "\"}}", 402));

        var failure = await Assert.ThrowsAsync<L402OtherDemandException>(() => probe.AskAsync(Ask(100_000)));

        var demand = Assert.Single(failure.Demands);
        Assert.Equal(("Invoice", invoice, "70000", "msat"), (demand.Scheme, demand.Invoice, demand.Amount, demand.Currency));
    }

    [Fact]
    public async Task A_broken_L402_challenge_is_reported_whatever_else_is_offered()
    {
        server.Enqueue(Reply.Status(402, ("WWW-Authenticate", "L402 macaroon=\"m\", " + PaymentLine)));

        var failure = await Assert.ThrowsAsync<L402Exception>(() => probe.AskAsync(Ask(100_000)));

        Assert.Equal(L402ErrorCodes.ChallengeIncomplete, failure.Code);
    }

    [Fact]
    public async Task What_is_asked_beside_L402_is_shown_too()
    {
        var l402 = "L402 macaroon=\"" + Macaroon.Mint(new byte[32], L402Identifier.Create(Hash, new byte[32])).ToBase64() + "\", invoice=\"" + Invoice(1000) + "\"";
        server.Enqueue(Reply.Status(402, ("WWW-Authenticate", l402 + ", " + PaymentLine)));

        var report = await probe.AskAsync(Ask(100_000));

        Assert.Equal((true, "Payment lightning charge of 100 sat for api.example.com"), (report.IsPayable, Assert.Single(report.OtherDemands).ToString()));
    }

    [Fact]
    public async Task The_request_is_sent_as_given()
    {
        server.Enqueue(Challenge(Invoice(1000)));

        await probe.AskAsync(new L402Request
        {
            Uri = new Uri(server.Url + "/a?b=c"),
            Method = "POST",
            HostHeader = "shop.example.com",
            Headers = [new("x-test", "1")],
            Content = () => new StringContent("{\"q\":1}"),
        });

        var sent = server.Requests.Single();
        Assert.Equal(("POST", "/a?b=c", "shop.example.com", "1", "{\"q\":1}"), (sent.Method, sent.Target, sent.Headers["host"], sent.Headers["x-test"], sent.Body));
        Assert.False(sent.Headers.ContainsKey("authorization"));
    }

    private static string Invoice(int? msats, long timestamp = 4_000_000_000) => new SimulatedInvoice
    {
        Amount = msats is { } value ? new Msats(value) : null,
        Timestamp = timestamp,
        PaymentHash = Hash,
        PaymentSecret = new byte[32],
        Description = "tea\nfor two",
    }.Encode();

    private static Reply Challenge(string invoice) =>
        Reply.Status(402, ("WWW-Authenticate", "L402 macaroon=\"" + Macaroon.Mint(new byte[32], L402Identifier.Create(Hash, new byte[32])).ToBase64() + "\", invoice=\"" + invoice + "\""));

    private L402Request Ask(long? cap) => new() { Uri = new Uri(server.Url + "/tea?secret=1"), MaxSpend = cap is { } msats ? new Msats(msats) : null };
}
