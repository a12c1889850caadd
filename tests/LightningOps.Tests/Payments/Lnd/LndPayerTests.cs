using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;
using LightningOps.Payments.Lnd;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Payments.Lnd;

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
        using var payer = Open(options => options with { Macaroon = OperatorSecret.From("0201") });

        var result = await payer.PayAsync(node.Sell(), None);

        Assert.Equal((PaymentState.Failed, "macaroon_of_another_node", 0), (result.State, result.Code, node.Begun));
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
        var found = await payer.GetPaymentAsync(node.Sell(), None);

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

        Assert.Equal((PaymentState.Paid, node.GetPreimage(payment.Invoice), 1), (result.State, result.Preimage, node.Begun));
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

        var found = await payer.GetPaymentAsync(node.Sell(), None);

        Assert.Equal((PaymentState.Failed, "payment_not_found"), (found.State, found.Code));
    }

    [Fact]
    public async Task What_LND_does_not_know_soon_after_a_payment_was_written_down_may_still_be_on_its_way()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        var payment = node.Sell() with { StartedAt = time.GetUtcNow() };
        RecordedRequest? onItsWay = null;
        instead = request => request.Target == "/v2/router/send" && (onItsWay = request) is not null ? Reply.DropAfterReading : null;
        using var payer = Open(options => options with { Http = new WalletHttpOptions { Time = time } });

        var tried = await payer.PayAsync(payment, None);
        time.Advance(TimeSpan.FromSeconds(3599));
        var looked = await payer.GetPaymentAsync(payment, None);
        peer.Answer(onItsWay!);
        var found = await payer.GetPaymentAsync(payment, None);

        Assert.Equal((PaymentState.Pending, PaymentState.Pending, "payment_not_registered"), (tried.State, looked.State, looked.Code));
        Assert.Contains("2023-11-14T23:13:25Z", looked.Reason, StringComparison.Ordinal);
        Assert.Equal((PaymentState.Paid, 1), (found.State, node.Begun));
    }

    [Fact]
    public async Task What_LND_does_not_know_once_the_invoice_has_expired_was_never_begun()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        var payment = node.Sell() with { StartedAt = time.GetUtcNow() };
        using var payer = Open(options => options with { Http = new WalletHttpOptions { Time = time }, ClockMargin = TimeSpan.FromSeconds(30) });
        time.Advance(TimeSpan.FromSeconds(3629));
        var early = await payer.GetPaymentAsync(payment, None);
        time.Advance(TimeSpan.FromSeconds(1));
        var late = await payer.GetPaymentAsync(payment, None);

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

        Assert.Equal(PaymentState.Pending, (await payer.GetPaymentAsync(payment, None)).State);
    }

    [Theory]
    [InlineData(400, "{\"code\":3,\"message\":\"permission denied\",\"details\":[]}", PaymentState.Failed)]
    [InlineData(400, "{\"code\":3,\"message\":\"proto: syntax error\",\"details\":[]}", PaymentState.Paid)]
    [InlineData(400, "{\"error\":\"permission denied\"}", PaymentState.Paid)]
    [InlineData(500, "{\"code\":2,\"message\":\"permission denied\",\"details\":[]}", PaymentState.Paid)]
    [InlineData(404, "{\"code\":5,\"message\":\"Not Found\",\"details\":[]}", PaymentState.Paid)]
    [InlineData(200, "{\"valid\":true}", PaymentState.Paid)]
    public async Task A_macaroon_that_LND_says_may_not_pay_is_refused_before_a_payment(int status, string body, PaymentState state)
    {
        JsonElement asked = default;
        peer.CheckPermissions = question =>
        {
            asked = question;
            return (status, body);
        };
        using var payer = Open();

        var result = await payer.PayAsync(node.Sell(), None);

        Assert.Equal((state, state == PaymentState.Paid ? null : "macaroon_lacks_permission", state == PaymentState.Paid ? 1 : 0), (result.State, result.Code, node.Begun));
        Assert.Equal("/routerrpc.Router/SendPaymentV2", asked.GetProperty("fullMethod").GetString());
        Assert.Equal(LndPeer.Macaroon, Convert.ToHexStringLower(asked.GetProperty("macaroon").GetBytesFromBase64()));
        Assert.Equal("{\"entity\":\"offchain\",\"action\":\"write\"}", Assert.Single(asked.GetProperty("permissions").EnumerateArray()).GetRawText());
    }

    [Fact]
    public async Task Whether_a_macaroon_may_pay_is_asked_once()
    {
        using var payer = Open();
        await payer.PayAsync(node.Sell(), None);
        await payer.PayAsync(node.Sell(), None);

        Assert.Equal((1, 2), (server.Requests.Count(request => request.Target == "/v1/macaroon/checkpermissions"), node.Begun));
    }

    [Fact]
    public async Task That_LND_has_the_payment_is_noted_before_its_end_is_waited_for()
    {
        using var stop = new CancellationTokenSource();
        var seen = 0;
        var payment = node.Sell() with { StartedAt = DateTimeOffset.UnixEpoch, WhenSeen = async () =>
        {
            seen++;
            await stop.CancelAsync();
        } };
        node.Next = PaymentState.Pending;
        node.TryBegin(payment.Invoice, 70_000);
        instead = request => request.Target.StartsWith("/v2/router/track/", StringComparison.Ordinal) ? Reply.Open("{\"result\":{\"status\":\"IN_FLIGHT\",\"payment_index\":\"1\"}}\n") : null;
        using var payer = Open();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => payer.GetPaymentAsync(payment, stop.Token));

        Assert.Equal(1, seen);
    }

    [Fact]
    public async Task An_address_of_the_gRPC_listener_is_said_to_be_none_of_the_REST_one()
    {
        // A gRPC server begins with the SETTINGS frame of HTTP/2 (RFC 9113 3.4), whatever it was asked.
        await using var grpc = new LoopbackServer(_ => Task.FromResult(Reply.Raw([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0x40, 0])));
        using var payer = Open(options => options with { BaseUrl = grpc.Url });

        var looked = await payer.GetPaymentAsync(node.Sell(), None);
        var result = await payer.PayAsync(node.Sell(), None);

        Assert.Equal((PaymentState.Failed, LndErrorCodes.NoRestAnswer, LndErrorCodes.NoRestAnswer), (result.State, result.Code, looked.Code));
        Assert.Contains("restlisten", new LightningOps.Buyer.L402PaymentFailedException(new("shop.example.com", "/a"), result.Code!, result.Reason).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LND_is_asked_for_the_same_node_only()
    {
        var payment = node.Sell() with { StartedAt = DateTimeOffset.UnixEpoch, Node = LndPeer.OwnIdentity };
        using var payer = Open();
        var paid = await payer.GetPaymentAsync(payment with { StartedAt = null }, None);
        peer.Identity = "03" + LndPeer.OwnIdentity[2..];

        var looked = await payer.GetPaymentAsync(payment, None);
        var sent = await payer.PayAsync(payment, None);

        Assert.Equal((PaymentState.Failed, LndPeer.OwnIdentity, false), (paid.State, paid.Node, paid.IsNodeHidden));
        Assert.Equal((PaymentState.Pending, "node_changed", PaymentState.Failed, "node_changed", 0), (looked.State, looked.Code, sent.State, sent.Code, node.Begun));
    }

    [Fact]
    public async Task What_LND_was_seen_to_have_is_never_said_to_have_failed_because_it_is_gone()
    {
        var payment = node.Sell();
        using var payer = Open();
        await payer.PayAsync(payment, None);
        peer.Forget(payment.Invoice);

        var looked = await payer.GetPaymentAsync(payment with { StartedAt = DateTimeOffset.UnixEpoch, WasSeen = true }, None);

        Assert.Equal((PaymentState.Pending, "payment_forgotten"), (looked.State, looked.Code));
    }

    [Fact]
    public async Task A_failed_payment_from_before_says_nothing_of_one_that_was_sent_after_it()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        var payment = node.Sell();
        using var payer = Open(options => options with { Http = new WalletHttpOptions { Time = time } });
        node.Next = PaymentState.Failed;
        await payer.PayAsync(payment, None);
        var before = await payer.GetPaymentAsync(payment, None);

        var looked = await payer.GetPaymentAsync(payment with { StartedAt = time.GetUtcNow(), EarlierPaymentId = before.PaymentId }, None);

        Assert.Equal((PaymentState.Failed, true, PaymentState.Pending, "payment_not_registered"), (before.State, before.IsSeen, looked.State, looked.Code));
    }

    [Theory]
    [InlineData(400, "{\"code\":400,\"message\":\"Bad Request\"}")]
    [InlineData(403, "{\"code\":7,\"message\":\"forbidden\",\"details\":[]}")]
    [InlineData(403, "{\"error\":{\"code\":2,\"message\":\"permission denied\",\"details\":[]}}")]
    [InlineData(500, "{\"error\":{\"code\":2,\"message\":\"upstream\",\"details\":[],\"trace\":\"1\"}}")]
    [InlineData(500, "{\"code\":2,\"message\":\"upstream\"}")]
    [InlineData(400, "{\"error\":{\"code\":3,\"message\":\"x\"}}")]
    [InlineData(502, "<html>bad gateway</html>")]
    [InlineData(307, "{}")]
    public async Task A_proxys_own_answer_to_a_payment_is_not_LNDs_refusal(int status, string body)
    {
        instead = request => request.Target == "/v2/router/send" ? Reply.Json(body, status) : null;
        using var payer = Open();

        var result = await payer.PayAsync(node.Sell(), None);

        Assert.Equal(PaymentState.Pending, result.State);
    }

    [Fact]
    public async Task LNDs_refusal_is_a_failure_only_while_the_same_node_answers()
    {
        instead = request =>
        {
            if (request.Target != "/v2/router/send")
            {
                return null;
            }

            peer.Identity = "03" + LndPeer.OwnIdentity[2..];
            return Reply.Json("{\"error\":{\"code\":2,\"message\":\"invoice expired. Valid until 2023-11-14\",\"details\":[]}}\n", 500);
        };
        using var payer = Open();

        var result = await payer.PayAsync(node.Sell() with { Node = LndPeer.OwnIdentity }, None);

        Assert.Equal(PaymentState.Pending, result.State);
    }

    [Theory]
    [InlineData(200, "{\"ok\":true}", "not_lnd")]
    [InlineData(200, "hello", "not_lnd")]
    [InlineData(200, "{\"identity_pubkey\":\"02\"}", "not_lnd")]
    [InlineData(404, "{\"error\":\"no such page\"}", "lnd_http_404")]
    [InlineData(403, "{\"code\":403,\"message\":\"permission denied\"}", "permission_denied")]
    [InlineData(400, "Client sent an HTTP request to an HTTPS server.\n", "lnd_needs_https")]
    public async Task Who_is_not_an_LND_gets_no_invoice(int status, string body, string code)
    {
        instead = _ => Reply.Json(body, status);
        using var payer = Open();
        var payment = node.Sell();

        var looked = await payer.GetPaymentAsync(payment, None);
        var result = await payer.PayAsync(payment, None);

        Assert.Equal(PaymentState.Pending, looked.State);
        Assert.Equal(PaymentState.Failed, result.State);
        Assert.True(code == result.Code || code == "permission_denied", result.Code);
        Assert.All(server.Requests, request => Assert.Equal("/v1/getinfo", request.Target));
    }

    public static TheoryData<string, string> Gates
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var line in File.ReadLines(Vectors.GetPath("lnd/lnd.jsonl")))
            {
                using var record = JsonDocument.Parse(line);
                var name = record.RootElement.GetProperty("name").GetString()!;
                var code = name switch
                {
                    "getinfo, no macaroon" or "getinfo, macaroon not hex" or "getinfo, macaroon of hex garbage" or "getinfo, macaroon truncated" => "macaroon_invalid",
                    "send, no wallet yet" or "getinfo, no wallet yet, with some macaroon" => "wallet_not_created",
                    "send, node starting" or "getinfo, wallet just created" => "wallet_starting",
                    "getinfo, wallet locked (it exists)" or "send, wallet locked (it exists)" => "wallet_locked",
                    "track, macaroon of another node" => "macaroon_of_another_node",
                    "track, macaroon invoice" or "send, macaroon invoice" => "macaroon_lacks_permission",
                    "getinfo, macaroon expired (time-before caveat)" or "track, macaroon expired (time-before caveat)" => "macaroon_expired",
                    "send, macaroon locked to another IP address" => "macaroon_restricted",
                    _ => null,
                };
                if (code is not null)
                {
                    data.Add(name, code);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Gates))]
    public async Task What_a_recorded_LND_refuses_at_the_gate_has_a_code_and_gets_no_invoice(string name, string code)
    {
        using var record = JsonDocument.Parse(File.ReadLines(Vectors.GetPath("lnd/lnd.jsonl")).Single(line => line.Contains("\"name\": \"" + name + "\",", StringComparison.Ordinal) && !line.Contains("0.3 s after", StringComparison.Ordinal)));
        var body = record.RootElement.GetProperty("responseBody");
        var text = body.ValueKind == JsonValueKind.Array ? body[0].GetString()! : body.GetString()!;
        instead = _ => Reply.Json(text, record.RootElement.GetProperty("status").GetInt32());
        using var payer = Open();

        var looked = await payer.GetPaymentAsync(node.Sell(), None);
        var paid = await payer.PayAsync(node.Sell(), None);

        Assert.Equal((PaymentState.Pending, code), (looked.State, looked.Code));
        Assert.Equal((PaymentState.Failed, code), (paid.State, paid.Code));
    }

    [Theory]
    [InlineData("hex")]
    [InlineData("HEX\n")]
    [InlineData("base64")]
    [InlineData("base64url")]
    public async Task A_macaroon_file_that_holds_text_is_read(string form)
    {
        var bytes = Convert.FromHexString(LndPeer.Macaroon);
        var text = form switch
        {
            "hex" => LndPeer.Macaroon,
            "HEX\n" => LndPeer.Macaroon.ToUpperInvariant() + "\n",
            "base64" => Convert.ToBase64String(bytes),
            _ => System.Buffers.Text.Base64Url.EncodeToString(bytes),
        };
        await File.WriteAllTextAsync(folder.File("pay.macaroon"), text);
        using var payer = Open(options => options with { Macaroon = null, MacaroonPath = folder.File("pay.macaroon") });

        Assert.Equal(PaymentState.Paid, (await payer.PayAsync(node.Sell(), None)).State);
    }

    [Fact]
    public async Task Any_certificate_of_the_pinned_file_may_be_shown()
    {
        using var old = LoopbackCertificate.Make();
        using var renewed = LoopbackCertificate.Make();
        await using var secured = new LoopbackServer(request => Task.FromResult(peer.Answer(request)), renewed);
        await File.WriteAllTextAsync(folder.File("tls.cert"), old.ExportCertificatePem() + "\n" + renewed.ExportCertificatePem() + "\n");
        using var payer = Open(options => options with { BaseUrl = secured.Url, CertificatePath = folder.File("tls.cert") });

        Assert.Equal((PaymentState.Paid, null), GetState(await payer.PayAsync(node.Sell(), None)));
    }

    [Fact]
    public async Task A_payment_that_stays_under_way_is_pending_when_the_look_up_has_waited()
    {
        var payment = node.Sell();
        node.Next = PaymentState.Pending;
        instead = request => request.Target.StartsWith("/v2/router/track/", StringComparison.Ordinal) ? Reply.StalledBody("{\"result\":{\"status\":\"IN_FLIGHT\"}}\n" + new string(' ', 40)) : null;
        using var payer = Open(options => options with { QueryTimeout = TimeSpan.FromSeconds(2), PaymentTimeout = TimeSpan.FromSeconds(1), AnswerMargin = TimeSpan.Zero });
        await payer.PayAsync(payment, None);

        var found = await payer.GetPaymentAsync(payment, None);

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
        using var payer = Open(options => options with { Macaroon = null, MacaroonPath = path, PaymentTimeout = TimeSpan.FromSeconds(1), AnswerMargin = TimeSpan.Zero });

        var result = await payer.PayAsync(node.Sell(), None);
        var found = await payer.GetPaymentAsync(node.Sell(), None);

        Assert.Equal((PaymentState.Pending, PaymentState.Pending, 1), (result.State, found.State, node.Begun));
    }

    [Fact]
    public async Task A_macaroon_that_cannot_be_read_is_said_before_anything_is_sent()
    {
        using var missing = Open(options => options with { Macaroon = null, MacaroonPath = folder.File("none") });
        using var malformed = Open(options => options with { Macaroon = OperatorSecret.From("not hex") });

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

        Assert.Equal((PaymentState.Failed, "certificate_changed"), GetState(await other.PayAsync(node.Sell(), None)));
        Assert.Equal((PaymentState.Failed, "certificate_not_pinned"), GetState(await unpinned.PayAsync(node.Sell(), None)));
        Assert.Empty(secured.Requests);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)), (await other.PayAsync(node.Sell(), None)).Reason, StringComparison.Ordinal);
        Assert.Equal((PaymentState.Paid, null), GetState(await pinned.PayAsync(node.Sell(), None)));
    }

    [Fact]
    public async Task What_is_not_BOLT_11_is_not_sent()
    {
        using var payer = Open();

        var result = await payer.PayAsync(node.Sell() with { Invoice = "lnmock_1" }, None);

        Assert.Equal(PaymentState.Failed, result.State);
        Assert.Empty(server.Requests);
    }

    private static (PaymentState State, string? Code) GetState(PaymentResult result) => (result.State, result.Code);

    private LndPayer Open(Func<LndPayerOptions, LndPayerOptions>? change = null)
    {
        var options = new LndPayerOptions { BaseUrl = server.Url, Macaroon = OperatorSecret.From(LndPeer.Macaroon) };
        return new LndPayer(change is null ? options : change(options));
    }
}
