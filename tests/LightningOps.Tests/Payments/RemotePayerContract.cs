using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Payments;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Payments;

/// <summary>What every wallet behind HTTP keeps to, whatever breaks on the way.</summary>
public abstract class RemotePayerContract : PayerContract
{
    protected const string Redirected = "/elsewhere";
    private readonly HeldTime time = new();
    private readonly FaultProxy proxy;
    private readonly LoopbackServer server;

    protected RemotePayerContract()
    {
        proxy = new FaultProxy(AnswerAsync, () => time.RunOut(TimeSpan.FromMinutes(1)));
        server = new LoopbackServer(proxy.AnswerAsync);
    }

    /// <summary>Code of a payment the network refuses.</summary>
    protected abstract string RefusedCode { get; }

    /// <summary>What a redirect says of the payment. A wallet with a look-up is asked.</summary>
    protected virtual PaymentState RedirectedState => PaymentState.Failed;

    /// <summary>What must never be shown.</summary>
    protected abstract string Secret { get; }

    protected string Url => server.Url;

    /// <summary>How long the wallet of most tests waits for an answer.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(HttpFault.DroppedBefore)]
    [InlineData(HttpFault.DroppedAfter)]
    [InlineData(HttpFault.ErrorBefore)]
    [InlineData(HttpFault.ErrorAfter)]
    [InlineData(HttpFault.TooMany)]
    [InlineData(HttpFault.Truncated)]
    [InlineData(HttpFault.StalledBefore)]
    [InlineData(HttpFault.StalledAfter)]
    public async Task Whatever_breaks_an_invoice_is_paid_at_most_once_and_failed_means_that_nothing_moved(HttpFault fault)
    {
        var payment = Node.Sell();
        proxy.Fault = (_, request) => IsPayment(request) ? fault : null;
        using var impatient = Open(Url, TimeSpan.FromSeconds(20), new WalletHttpOptions { Time = time });

        var tried = await impatient.PayAsync(payment, None);

        // Paid, where the wallet could be asked about what broke.
        Assert.True(tried.State != PaymentState.Failed || Node.Begun == 0, "reported as failed after it was paid: " + tried);
        Assert.True(tried.State == PaymentState.Paid ? Node.Begun == 1 : tried.Code is { Length: > 0 }, tried.ToString());

        proxy.Fault = (_, _) => null;
        using var restarted = Open(Url, TimeSpan.FromSeconds(20), new WalletHttpOptions());
        var found = await restarted.GetPaymentAsync(payment, None);

        Assert.True(Node.Begun <= 1);
        Assert.True(found.State == PaymentState.Paid || Node.Begun == 0 || found.State == PaymentState.Pending, found.ToString());
    }

    [Fact]
    public async Task A_payment_under_way_is_pending_and_found_once_it_has_settled()
    {
        var payment = Node.Sell();
        Node.Next = PaymentState.Pending;

        var tried = await Payer.PayAsync(payment, None);
        var looked = await Payer.GetPaymentAsync(payment, None);
        Node.Settle(payment.Invoice);
        var found = await Payer.GetPaymentAsync(payment, None);

        Assert.Equal(PaymentState.Pending, tried.State);
        Assert.Equal((PaymentState.Pending, "payment_pending"), (looked.State, looked.Code));
        Assert.True(found.State == PaymentState.Paid, found.ToString());
        AssertBegun(1);
    }

    [Fact]
    public async Task A_payment_the_network_refuses_has_failed()
    {
        Node.Next = PaymentState.Failed;

        var result = await Payer.PayAsync(Node.Sell(), None);

        Assert.Equal((PaymentState.Failed, RefusedCode), (result.State, result.Code));
    }

    [Fact]
    public async Task A_wallet_that_is_down_has_paid_nothing()
    {
        var gone = new LoopbackServer();
        await gone.DisposeAsync();
        using var payer = Open(gone.Url, TimeSpan.FromSeconds(20), new WalletHttpOptions());

        var result = await payer.PayAsync(Node.Sell(), None);
        var found = await payer.GetPaymentAsync(Node.Sell(), None);

        Assert.Equal((PaymentState.Failed, "connection_failed:connection_refused"), (result.State, result.Code));
        Assert.Equal(PaymentState.Pending, found.State);
        Assert.Contains(gone.Url, result.Reason, StringComparison.Ordinal);
        Assert.Contains(gone.Url, found.Reason, StringComparison.Ordinal);
        var report = await ((ICheckedPayer)payer).CheckAsync(None);
        Assert.False(report.IsReachable);
        Assert.Contains(gone.Url, report.Reason, StringComparison.Ordinal);
    }

    /// <summary>Whatever breaks at whichever request of a payment, the reason names the address that was asked.</summary>
    [Theory]
    [InlineData(HttpFault.DroppedBefore)]
    [InlineData(HttpFault.DroppedAfter)]
    [InlineData(HttpFault.Truncated)]
    [InlineData(HttpFault.StalledBefore)]
    [InlineData(HttpFault.StalledAfter)]
    public async Task A_wallet_that_gives_no_answer_is_named_by_its_address(HttpFault fault)
    {
        for (var broken = 0; ; broken++)
        {
            var number = 0;
            var isBroken = false;
            proxy.Fault = (_, _) =>
            {
                isBroken |= number >= broken;
                return number++ >= broken ? fault : null;
            };
            using var payer = Open(Url, TimeSpan.FromSeconds(20), new WalletHttpOptions { Time = time });
            var result = await payer.PayAsync(Node.Sell(), None);
            if (!isBroken)
            {
                Assert.True(broken > 0 && result.State == PaymentState.Paid, result.ToString());
                return;
            }

            Assert.True(result.State == PaymentState.Paid || result.Reason!.Contains(Url, StringComparison.Ordinal), broken + ": " + result);
        }
    }

    /// <summary>A port of another program, and a proxy before a wallet that is down.</summary>
    [Theory]
    [InlineData(200, "<html>hello</html>")]
    [InlineData(200, "{}")]
    [InlineData(404, "not found")]
    [InlineData(401, "{}")]
    [InlineData(502, "<html>Bad Gateway</html>")]
    public async Task Another_program_at_the_address_is_named_by_it(int status, string body)
    {
        Override = _ => Reply.Json(body, status);

        var result = await Payer.PayAsync(Node.Sell(), None);

        Assert.NotEqual(PaymentState.Paid, result.State);
        Assert.Contains(Url, result.Reason, StringComparison.Ordinal);
        AssertBegun(0);
    }

    [Fact]
    public async Task An_invoice_that_was_sent_and_is_not_read_any_more_is_no_failure()
    {
        Override = request => IsPayment(request) ? Reply.Status(504) : null;
        var payment = Node.Sell() with { Invoice = "lnbcrt700n1unreadable", StartedAt = DateTimeOffset.UnixEpoch };

        var found = await Payer.GetPaymentAsync(payment, None);

        Assert.True(found.State == PaymentState.Pending, found.ToString());
    }

    [Fact]
    public async Task A_redirect_is_not_followed_with_the_secret()
    {
        proxy.Fault = (_, _) => null;
        using var payer = Open(Url + "/moved", TimeSpan.FromSeconds(20), new WalletHttpOptions());

        var result = await payer.PayAsync(Node.Sell(), None);

        Assert.Equal(RedirectedState, result.State);
        Assert.DoesNotContain(server.Requests, request => request.Target.StartsWith(Redirected, StringComparison.Ordinal));
        AssertBegun(0);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_wait()
    {
        using var stop = new CancellationTokenSource();
        proxy.Fault = (_, request) =>
        {
            if (IsPayment(request))
            {
                stop.Cancel();
                return HttpFault.StalledAfter;
            }

            return null;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Payer.PayAsync(Node.Sell(), stop.Token));
    }

    [Fact]
    public async Task A_secret_is_not_shown_when_the_peer_repeats_it()
    {
        var payment = Node.Sell();
        EchoSecrets(payment.Invoice);

        var result = await Payer.PayAsync(payment, None);
        var found = await Payer.GetPaymentAsync(payment, None);

        foreach (var text in new[] { result.ToString(), found.ToString() })
        {
            Assert.DoesNotContain(Secret, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(":" + Secret)), text, StringComparison.Ordinal);
            Assert.DoesNotContain(Node.GetPreimage(payment.Invoice).Reveal(), text, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("echo", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_http_to_another_machine_is_refused()
    {
        Assert.Throws<ConfigException>(() => Open("http://wallet.example.com", TimeSpan.FromSeconds(1), new WalletHttpOptions()));
        Assert.Throws<ConfigException>(() => Open("ftp://127.0.0.1", TimeSpan.FromSeconds(1), new WalletHttpOptions()));
        Open("http://wallet.example.com", TimeSpan.FromSeconds(1), new WalletHttpOptions { AllowInsecure = true }).Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>hello</html>")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"result\":null}")]
    [InlineData("{\"ok\":true,\"result\":{\"payment\":{}}}")]
    [InlineData("{\"ok\":true,\"result\":{\"payment\":{\"paymentId\":7,\"preimageHex\":\"zz\"}}}")]
    [InlineData("{\"result\":{\"status\":\"SUCCEEDED\",\"payment_preimage\":\"00\"}}")]
    [InlineData("{\"result\":{\"status\":7,\"htlcs\":3}}")]
    [InlineData("{\"error\":{\"code\":\"x\",\"message\":{}}}")]
    public async Task An_answer_that_says_nothing_of_the_payment_leaves_it_pending(string body)
    {
        proxy.Fault = (_, _) => null;
        Override = request => IsPayment(request) ? Reply.Json(body) : null;

        var result = await Payer.PayAsync(Node.Sell(), None);

        Assert.True(result.State == PaymentState.Pending, result.ToString());
    }

    [Fact]
    public async Task An_answer_without_end_is_given_up()
    {
        Override = request => IsPayment(request) ? Reply.Json("{\"ok\":" + new string(' ', 300_000) + "true}") : null;
        using var payer = Open(Url, TimeSpan.FromSeconds(20), new WalletHttpOptions { MaxResponseSize = 100_000 });

        var result = await payer.PayAsync(Node.Sell(), None);

        Assert.Equal((PaymentState.Pending, "answer_too_large"), (result.State, result.Code));
    }

    /// <summary>Answers instead of the peer where it gives a reply.</summary>
    protected Func<RecordedRequest, Reply?>? Override { get; set; }

    protected override IInvoicePayer Open() => Open(server.Url, Patience, new WalletHttpOptions());

    protected override void AssertNothingArrived() => Assert.Empty(server.Requests);

    protected override async Task CloseAsync() => await server.DisposeAsync();

    protected abstract IInvoicePayer Open(string url, TimeSpan patience, WalletHttpOptions http);

    protected abstract bool IsPayment(RecordedRequest request);

    protected abstract Task<Reply> PeerAsync(RecordedRequest request);

    /// <summary>Lets the peer refuse the payment with its secrets in the text.</summary>
    protected abstract void EchoSecrets(string invoice);

    private Task<Reply> AnswerAsync(RecordedRequest request) =>
        request.Target.StartsWith("/moved", StringComparison.Ordinal)
            ? Task.FromResult(Reply.Status(307, ("Location", server.Url + Redirected)))
            : Override?.Invoke(request) is { } reply ? Task.FromResult(reply) : PeerAsync(request);
}
