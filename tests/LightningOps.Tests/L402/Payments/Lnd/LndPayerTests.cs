using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402;
using LightningOps.L402.Payments;
using LightningOps.L402.Payments.Http;
using LightningOps.L402.Payments.Lnd;
using LightningOps.Paywalls;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.L402.Payments.Lnd;

public sealed class LndPayerTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly SimulatedNode node = new();
    private readonly TemporaryFolder folder = new();
    private readonly LoopbackServer server;
    private readonly LndPeer peer;
    private Func<RecordedRequest, Reply?> instead = _ => null;

    public LndPayerTests()
    {
        peer = new LndPeer(node);
        server = new LoopbackServer(request => Task.FromResult(instead(request) ?? peer.Answer(request)));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(70_000, "70000")]
    [InlineData(1_000_000, "1000000")]
    [InlineData(10_000_000, "500000")]
    public async Task Routing_may_cost_what_LND_itself_allows(long msats, string limit)
    {
        using var payer = Open();

        await payer.PayAsync(node.Sell(msats, msats), None);

        Assert.Equal(limit, peer.LastSend.GetProperty("fee_limit_msat").GetString());
    }

    [Fact]
    public async Task A_fee_limit_that_is_set_holds_and_the_fee_is_told()
    {
        using var payer = Open(options => options with { FeeLimit = new Msats(30) });

        var result = await payer.PayAsync(node.Sell(), None);

        Assert.Equal(("30", (Msats?)21), (peer.LastSend.GetProperty("fee_limit_msat").GetString(), result.Fee));
        Assert.Equal(1_736_000_000_001, result.PaidAtMs);
    }

    [Fact]
    public async Task An_invoice_that_leaves_the_amount_open_is_paid_what_was_agreed()
    {
        using var payer = Open();

        var agreed = await payer.PayAsync(node.Sell(null, 5_000) with { Amount = new Msats(4_000) }, None);
        Assert.Equal((PaymentState.Paid, 4_000), (agreed.State, node.LastAmount));

        await payer.PayAsync(node.Sell(null, 5_000), None);
        Assert.Equal(5_000, node.LastAmount);
    }

    [Fact]
    public async Task An_invoice_of_another_network_is_refused_before_it_is_sent()
    {
        using var payer = Open();
        Assert.Null(payer.Network);

        var result = await payer.PayAsync(node.Sell(network: Bolt11Network.Mainnet), None);

        Assert.Equal((PaymentState.Failed, "wrong_network", 0), (result.State, result.Code, node.Begun));
        Assert.Equal(Bolt11Network.Regtest, payer.Network);
    }

    [Fact]
    public async Task A_wrong_macaroon_has_paid_nothing()
    {
        using var payer = Open(options => options with { Macaroon = OperatorSecret.Of("0201") });

        var result = await payer.PayAsync(node.Sell(), None);

        Assert.Equal((PaymentState.Failed, 0), (result.State, node.Begun));
        Assert.Contains("verification failed", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_macaroon_that_may_only_pay_pays()
    {
        instead = request => request.Target == "/v1/getinfo" ? Reply.Json("{\"code\":2,\"message\":\"permission denied\",\"details\":[]}", 500) : null;
        using var payer = Open();

        Assert.Equal(PaymentState.Paid, (await payer.PayAsync(node.Sell(), None)).State);
        Assert.Null(payer.Network);
    }

    [Fact]
    public async Task A_macaroon_that_may_not_pay_has_paid_nothing()
    {
        instead = request => request.Target == "/v1/getinfo" ? null : Reply.Json("{\"error\":{\"code\":2,\"message\":\"permission denied\",\"details\":[]}}", 500);
        using var payer = Open();

        var result = await payer.PayAsync(node.Sell(), None);
        var found = await payer.LookUpAsync(node.Sell(), None);

        Assert.Equal(PaymentState.Failed, result.State);
        Assert.Equal(PaymentState.Pending, found.State);
    }

    [Fact]
    public async Task What_LND_refuses_before_it_begins_has_failed()
    {
        instead = request => request.Target == "/v2/router/send"
            ? Reply.Json("{\"error\":{\"code\":2,\"message\":\"invoice expired. Valid until 2023-11-14\",\"details\":[]}}", 500)
            : null;
        using var payer = Open();

        var result = await payer.PayAsync(node.Sell(), None);

        Assert.Equal((PaymentState.Failed, "rpc_error"), (result.State, result.Code));
        Assert.Contains("invoice expired", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_LND_refuses_because_it_is_paid_already_is_paid()
    {
        var payment = node.Sell();
        using (var first = Open())
        {
            await first.PayAsync(payment, None);
        }

        using var second = Open();
        var result = await second.PayAsync(payment, None);

        Assert.Equal((PaymentState.Paid, node.PreimageOf(payment.Invoice), 1), (result.State, result.Preimage, node.Begun));
    }

    [Fact]
    public async Task A_refusal_is_no_failure_while_LND_cannot_be_asked_about_the_payment()
    {
        var payment = node.Sell();
        using var payer = Open();
        await payer.PayAsync(payment, None);
        instead = request => request.Target.StartsWith("/v2/router/track/", StringComparison.Ordinal) ? Reply.Status(503) : null;

        var result = await payer.PayAsync(payment, None);

        Assert.Equal(PaymentState.Pending, result.State);
    }

    [Fact]
    public async Task A_payment_LND_never_began_is_not_found()
    {
        using var payer = Open();

        var found = await payer.LookUpAsync(node.Sell(), None);

        Assert.Equal((PaymentState.Failed, "payment_not_found"), (found.State, found.Code));
    }

    [Fact]
    public async Task What_LND_does_not_know_soon_after_a_payment_was_written_down_may_still_be_on_its_way()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_100));
        var payment = node.Sell() with { BegunAt = time.GetUtcNow() };
        RecordedRequest? onItsWay = null;
        instead = request => request.Target == "/v2/router/send" && (onItsWay = request) is not null ? Reply.DropAfterReading : null;
        using var payer = Open(options => options with { Http = new WalletHttpOptions { Time = time } });

        var tried = await payer.PayAsync(payment, None);
        time.Advance(TimeSpan.FromSeconds(119));
        var looked = await payer.LookUpAsync(payment, None);
        peer.Answer(onItsWay!);
        var found = await payer.LookUpAsync(payment, None);

        Assert.Equal((PaymentState.Pending, PaymentState.Pending, "payment_not_registered"), (tried.State, looked.State, looked.Code));
        Assert.Contains("2023-11-14T22:17:00Z", looked.Reason, StringComparison.Ordinal);
        Assert.Equal((PaymentState.Paid, 1), (found.State, node.Begun));
    }

    [Fact]
    public async Task What_LND_does_not_know_after_the_grace_was_never_begun()
    {
        var time = new FakeTimeProvider();
        var payment = node.Sell() with { BegunAt = time.GetUtcNow() };
        using var payer = Open(options => options with { Http = new WalletHttpOptions { Time = time }, RegistrationGrace = TimeSpan.FromSeconds(30) });
        time.Advance(TimeSpan.FromSeconds(29));
        var early = await payer.LookUpAsync(payment, None);
        time.Advance(TimeSpan.FromSeconds(1));
        var late = await payer.LookUpAsync(payment, None);

        Assert.Equal((PaymentState.Pending, PaymentState.Failed, "payment_not_found"), (early.State, late.State, late.Code));
    }

    [Fact]
    public async Task Routing_has_no_more_than_what_was_set_aside()
    {
        using var payer = Open(options => options with { FeeLimit = new Msats(500) });
        node.Next = PaymentState.Failed;

        var result = await payer.PayAsync(node.Sell() with { FeeLimit = payer.FeeLimitFor(70_000, 300) }, None);

        Assert.Equal("300", peer.LastSend.GetProperty("fee_limit_msat").GetString());
        Assert.Equal(("no_route", "LND found no route that costs at most 300 msat"), (result.Code, result.Reason));
        Assert.Equal((500L, 0L), (payer.FeeLimitFor(70_000, 600).Value, payer.FeeLimitFor(70_000, -1).Value));
    }

    [Fact]
    public async Task A_call_that_is_not_served_says_nothing_of_the_payment()
    {
        // What its HTTP front answers to a path nobody serves, for example while the wallet is locked.
        var payment = node.Sell();
        using var payer = Open();
        await payer.PayAsync(payment, None);
        instead = request => request.Target.StartsWith("/v2/router/track/", StringComparison.Ordinal) ? Reply.Json("{\"code\":5,\"message\":\"Not Found\",\"details\":[]}", 404) : null;

        Assert.Equal(PaymentState.Pending, (await payer.LookUpAsync(payment, None)).State);
    }

    [Fact]
    public async Task A_payment_that_stays_under_way_is_pending_when_the_look_up_has_waited()
    {
        var payment = node.Sell();
        node.Next = PaymentState.Pending;
        instead = request => request.Target.StartsWith("/v2/router/track/", StringComparison.Ordinal) ? Reply.StalledBody("{\"result\":{\"status\":\"IN_FLIGHT\"}}\n" + new string(' ', 40)) : null;
        using var payer = Open(options => options with { LookUpTimeout = TimeSpan.FromMilliseconds(300) });
        await payer.PayAsync(payment, None);

        var found = await payer.LookUpAsync(payment, None);

        Assert.Equal((PaymentState.Pending, "payment_pending"), (found.State, found.Code));
    }

    [Fact]
    public async Task The_macaroon_of_a_file_is_sent_in_hex()
    {
        await File.WriteAllBytesAsync(folder.File("pay.macaroon"), Convert.FromHexString(LndPeer.Macaroon));
        using var payer = Open(options => options with { Macaroon = null, MacaroonPath = folder.File("pay.macaroon") });

        Assert.Equal(PaymentState.Paid, (await payer.PayAsync(node.Sell(), None)).State);
    }

    [Fact]
    public async Task A_macaroon_that_is_gone_after_the_payment_was_asked_for_leaves_it_pending()
    {
        var path = folder.File("pay.macaroon");
        await File.WriteAllBytesAsync(path, Convert.FromHexString(LndPeer.Macaroon));
        node.Next = PaymentState.Pending;
        instead = request =>
        {
            if (request.Target == "/v2/router/send")
            {
                File.Delete(path);
            }

            return null;
        };
        using var payer = Open(options => options with { Macaroon = null, MacaroonPath = path });

        var result = await payer.PayAsync(node.Sell(), None);
        var found = await payer.LookUpAsync(node.Sell(), None);

        Assert.Equal((PaymentState.Pending, PaymentState.Pending, 1), (result.State, found.State, node.Begun));
    }

    [Fact]
    public async Task A_macaroon_that_cannot_be_read_is_said_before_anything_is_sent()
    {
        using var missing = Open(options => options with { Macaroon = null, MacaroonPath = folder.File("none") });
        using var malformed = Open(options => options with { Macaroon = OperatorSecret.Of("not hex") });

        var unread = await missing.PayAsync(node.Sell(), None);
        var unfit = await malformed.PayAsync(node.Sell(), None);

        Assert.Equal((PaymentState.Failed, "config_error", PaymentState.Failed, "config_error"), (unread.State, unread.Code, unfit.State, unfit.Code));
        Assert.DoesNotContain("not hex", unfit.ToString(), StringComparison.Ordinal);
        Assert.Throws<ConfigException>(() => Open(options => options with { Macaroon = null }));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Only_the_pinned_certificate_gets_the_macaroon()
    {
        using var certificate = LoopbackCertificate.Make();
        await using var secured = new LoopbackServer(request => Task.FromResult(peer.Answer(request)), certificate);
        await File.WriteAllTextAsync(folder.File("tls.cert"), certificate.ExportCertificatePem());
        using var pinned = Open(options => options with { BaseUrl = secured.Url, CertificatePath = folder.File("tls.cert") });
        using var other = Open(options => options with { BaseUrl = secured.Url, CertificateFingerprint = new string('0', 64) });
        using var unpinned = Open(options => options with { BaseUrl = secured.Url });

        Assert.Equal((PaymentState.Failed, "connection_failed:tls_refused"), StateOf(await other.PayAsync(node.Sell(), None)));
        Assert.Equal((PaymentState.Failed, "connection_failed:tls_refused"), StateOf(await unpinned.PayAsync(node.Sell(), None)));
        Assert.Empty(secured.Requests);
        Assert.Equal((PaymentState.Paid, null), StateOf(await pinned.PayAsync(node.Sell(), None)));
    }

    [Fact]
    public async Task What_is_not_BOLT_11_is_not_sent()
    {
        using var payer = Open();

        var result = await payer.PayAsync(node.Sell() with { Invoice = "lnmock_1" }, None);

        Assert.Equal(PaymentState.Failed, result.State);
        Assert.Empty(server.Requests);
    }

    private static (PaymentState State, string? Code) StateOf(PaymentResult result) => (result.State, result.Code);

    private LndPayer Open(Func<LndPayerOptions, LndPayerOptions>? change = null)
    {
        var options = new LndPayerOptions { BaseUrl = server.Url, Macaroon = OperatorSecret.Of(LndPeer.Macaroon) };
        return new LndPayer(change is null ? options : change(options));
    }
}
