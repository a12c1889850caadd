using System;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Payments;
using LightningOps.Payments.WalletExecutor;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Payments.WalletExecutor;

public sealed class WalletExecutorPayerTests : IAsyncLifetime
{
    private readonly SimulatedNode node = new();
    private readonly LoopbackServer server;
    private readonly ExecutorPeer peer;

    public WalletExecutorPayerTests()
    {
        peer = new ExecutorPeer(node);
        server = new LoopbackServer(request => Task.FromResult(peer.Answer(request)));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(400, "invalid_request", PaymentState.Failed)]
    [InlineData(401, "unauthorized", PaymentState.Failed)]
    [InlineData(403, "window_cap_exceeded", PaymentState.Failed)]
    [InlineData(404, "not_found", PaymentState.Failed)]
    [InlineData(408, "timeout", PaymentState.Pending)]
    [InlineData(409, "in_progress", PaymentState.Pending)]
    [InlineData(429, "slow_down", PaymentState.Failed)]
    [InlineData(500, "internal_error", PaymentState.Pending)]
    [InlineData(500, "config_error", PaymentState.Failed)]
    [InlineData(502, "prepare_failed", PaymentState.Failed)]
    [InlineData(502, "connect_failed", PaymentState.Failed)]
    [InlineData(502, "payment_failed", PaymentState.Failed)]
    [InlineData(502, "send_failed", PaymentState.Pending)]
    [InlineData(502, "payment_missing_preimage", PaymentState.Pending)]
    [InlineData(502, "something_new", PaymentState.Pending)]
    [InlineData(503, "connect_failed", PaymentState.Pending)]
    [InlineData(504, "payment_pending", PaymentState.Pending)]
    [InlineData(504, "payment_failed", PaymentState.Pending)]
    [InlineData(200, "payment_failed", PaymentState.Pending)]
    public async Task Only_what_certainly_came_before_a_payment_has_failed(int status, string code, PaymentState state)
    {
        server.Enqueue(Reply.Json("{\"ok\":false,\"error\":{\"code\":\"" + code + "\",\"message\":\"why\",\"details\":{\"a\":1}}}", status));
        using var payer = Open();

        var result = await payer.PayAsync(node.Sell(), CancellationToken.None);

        Assert.Equal((state, code, "why"), (result.State, result.Code, result.Reason));
    }

    [Theory]
    [InlineData(502, "<html>Bad gateway</html>")]
    [InlineData(403, "<html>Forbidden</html>")]
    [InlineData(404, "")]
    [InlineData(429, "slow down")]
    [InlineData(429, "{\"message\":\"API rate limit exceeded\"}")]
    [InlineData(301, "")]
    [InlineData(302, "<html>Log in</html>")]
    public async Task A_proxy_that_answers_in_place_of_the_executor_does_not_say_whether_it_paid(int status, string body)
    {
        server.Enqueue(Reply.Json(body, status));
        using var payer = Open();

        var result = await payer.PayAsync(node.Sell(), CancellationToken.None);

        Assert.Equal((PaymentState.Pending, "wallet_executor_http_" + status), (result.State, result.Code));
    }

    [Fact]
    public async Task An_error_of_another_form_does_not_say_whether_the_executor_paid()
    {
        server.Enqueue(Reply.Json("{\"error\":{\"code\":\"rate_limited\",\"message\":\"slow down\"}}", 429));
        using var payer = Open();

        Assert.Equal(PaymentState.Pending, (await payer.PayAsync(node.Sell(), CancellationToken.None)).State);
    }

    [Fact]
    public async Task A_policy_of_the_executor_is_told_with_its_code()
    {
        using var payer = Open();

        var result = await payer.PayAsync(node.Sell() with { Host = "blocked.example.com" }, CancellationToken.None);

        Assert.Equal((PaymentState.Failed, "host_not_allowed", 0), (result.State, result.Code, node.Begun));
    }

    [Fact]
    public async Task A_look_up_asks_again_for_the_same_payment_under_the_same_request()
    {
        var payment = node.Sell();
        server.Enqueue(Reply.Json("{\"ok\":false,\"error\":{\"code\":\"payment_pending\",\"message\":\"later\"}}", 504));
        using var payer = Open();
        await payer.PayAsync(payment, CancellationToken.None);

        await payer.GetPaymentAsync(payment, CancellationToken.None);

        Assert.Equal(2, server.Requests.Count);
        Assert.Single(server.Requests.Select(request => request.Body + request.Headers["x-request-id"]).Distinct());
    }

    [Fact]
    public async Task A_look_up_that_an_executor_without_memory_refuses_does_not_say_that_nothing_was_paid()
    {
        var payment = node.Sell();
        peer.Remembers = false;
        using (var first = Open())
        {
            await first.PayAsync(payment, CancellationToken.None);
        }

        using var restarted = Open(BeforeExpiry);
        var found = await restarted.GetPaymentAsync(payment, CancellationToken.None);
        server.Enqueue(Reply.Json("{\"ok\":false,\"error\":{\"code\":\"payment_failed\",\"message\":\"no\"}}", 502));
        var refused = await restarted.GetPaymentAsync(payment, CancellationToken.None);

        Assert.Equal((PaymentState.Pending, "send_failed", 1), (found.State, found.Code, node.Begun));
        Assert.Equal((PaymentState.Pending, "payment_failed"), (refused.State, refused.Code));
    }

    [Fact]
    public async Task That_a_second_try_fails_says_nothing_of_the_first_however_long_its_invoice_is_past()
    {
        var payment = node.Sell();
        var time = new FakeTimeProvider(BeforeExpiry.GetUtcNow());
        node.Next = PaymentState.Failed;
        using var payer = Open(time);
        time.Advance(TimeSpan.FromDays(30));

        var late = await payer.GetPaymentAsync(payment, CancellationToken.None);

        Assert.Equal((PaymentState.Pending, "payment_failed"), (late.State, late.Code));
    }

    [Fact]
    public async Task Without_a_token_no_authorization_is_sent()
    {
        using var payer = new WalletExecutorPayer(new WalletExecutorPayerOptions { BaseUrl = server.Url + "/" });

        var result = await payer.PayAsync(node.Sell(), CancellationToken.None);

        Assert.Equal((PaymentState.Failed, "unauthorized"), (result.State, result.Code));
        Assert.False(server.Requests.Single().Headers.ContainsKey("authorization"));
    }

    [Theory]
    [InlineData("smoke:ep212-routes", "smoke:ep212-routes")]
    [InlineData("nächtlich 1\n", "n%C3%A4chtlich%201%0A")]
    public async Task A_request_of_any_name_is_sent(string requestId, string header)
    {
        using var payer = Open();

        await payer.PayAsync(node.Sell() with { RequestId = requestId }, CancellationToken.None);

        var sent = server.Requests.Single();
        Assert.Equal((header, requestId), (sent.Headers["x-request-id"], JsonDocument.Parse(sent.Body).RootElement.GetProperty("requestId").GetString()));
    }

    [Fact]
    public async Task A_token_that_cannot_stand_in_a_header_is_said_before_anything_is_sent()
    {
        using var payer = new WalletExecutorPayer(new WalletExecutorPayerOptions { BaseUrl = server.Url, AuthToken = OperatorSecret.From("se\ncret") });

        var result = await payer.PayAsync(node.Sell(), CancellationToken.None);

        Assert.Equal((PaymentState.Failed, "config_error"), (result.State, result.Code));
        Assert.DoesNotContain("cret", result.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task What_the_executor_says_is_shown_on_one_line()
    {
        server.Enqueue(Reply.Json("{\"ok\":false,\"error\":{\"code\":\"a b\\n\",\"message\":\"one\\r\\n\\u001b[31mtwo\\u202e" + new string('x', 3000) + "\"}}", 403));
        using var payer = Open();

        var result = await payer.PayAsync(node.Sell(), CancellationToken.None);

        Assert.Equal("wallet_executor_http_403", result.Code);
        Assert.StartsWith("one   [31mtwo x", result.Reason, StringComparison.Ordinal);
        Assert.EndsWith(" (asked at " + server.Url + ")", result.Reason, StringComparison.Ordinal);
        Assert.InRange(result.Reason!.Length, 100, 560);
    }

    [Theory]
    [InlineData(ExecutorPeer.Token, true, null)]
    [InlineData("wrong", false, "unauthorized")]
    [InlineData(null, false, "unauthorized")]
    [InlineData("se\ncret", false, "config_error")]
    public async Task A_check_finds_a_wrong_token_and_pays_nothing(string? token, bool isOk, string? code)
    {
        using var payer = new WalletExecutorPayer(new WalletExecutorPayerOptions { BaseUrl = server.Url, AuthToken = token is null ? null : OperatorSecret.From(token) });

        var report = await payer.CheckAsync(CancellationToken.None);

        Assert.Equal((isOk, code, 0), (report.Ok, report.Code, node.Begun));
    }

    [Theory]
    [InlineData(200, "<html>Welcome</html>")]
    [InlineData(200, """{"ok":true}""")]
    [InlineData(404, """{"error":{"code":"not_found"}}""")]
    [InlineData(405, "")]
    [InlineData(502, "<html>Bad gateway</html>")]
    [InlineData(400, "[1]")]
    public async Task A_check_finds_a_server_that_is_not_a_wallet_executor(int status, string body)
    {
        server.Enqueue(Reply.Json(body, status));
        using var payer = Open();

        var report = await payer.CheckAsync(CancellationToken.None);

        Assert.Equal((false, "not_wallet_executor"), (report.Ok, report.Code));
        Assert.Contains(server.Url, report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_of_long_hex_is_kept_unless_it_is_the_preimage_or_the_token()
    {
        var payment = node.Sell();
        var preimage = node.GetPreimage(payment.Invoice).Reveal();
        foreach (var (id, shown) in new[] { (new string('a', 64), new string('a', 64)), (preimage, "***"), (preimage.ToUpperInvariant(), "***"), ("of " + ExecutorPeer.Token, "of ***") })
        {
            server.Enqueue(PaidReply(id, preimage));
            using var payer = Open();

            Assert.Equal(shown, (await payer.PayAsync(payment, CancellationToken.None)).PaymentId);
        }
    }

    [Fact]
    public async Task After_a_wrong_preimage_the_wallet_is_asked_again()
    {
        var payment = node.Sell();
        var preimage = node.GetPreimage(payment.Invoice).Reveal();
        server.Enqueue(PaidReply("pay_1", new string('0', 64)));
        server.Enqueue(PaidReply("pay_1", preimage));
        using var payer = Open();
        await payer.PayAsync(payment, CancellationToken.None);

        var asked = await payer.GetPaymentAsync(payment, CancellationToken.None);
        var known = await payer.GetPaymentAsync(payment, CancellationToken.None);

        Assert.Equal((preimage, preimage, 2), (asked.Preimage!.Reveal(), known.Preimage!.Reveal(), server.Requests.Count));
    }

    private static Reply PaidReply(string id, string preimage) =>
        Reply.Json("{\"ok\":true,\"result\":{\"payment\":{\"paymentId\":\"" + id + "\",\"amountMsats\":70000,\"preimageHex\":\"" + preimage + "\"}}}", 200);

    /// <summary>When the invoices of the node were made.</summary>
    private static FakeTimeProvider BeforeExpiry => new(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

    private WalletExecutorPayer Open(TimeProvider? time = null) => new(new WalletExecutorPayerOptions
    {
        BaseUrl = server.Url,
        AuthToken = OperatorSecret.From(ExecutorPeer.Token),
        Http = new WalletHttpOptions { Time = time ?? TimeProvider.System },
    });
}
