using System;
using System.Threading.Tasks;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;
using LightningOps.Payments.Cln;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Payments.Cln;

public sealed class ClnPayerContractTests : RemotePayerContract
{
    private readonly ClnPeer peer;

    public ClnPayerContractTests() => peer = new ClnPeer(Node);

    protected override string Name => "cln";

    protected override string RefusedCode => "no_route";

    protected override string Secret => ClnPeer.Rune;

    [Fact]
    public async Task Fee_and_limit_are_the_nodes()
    {
        var result = await Payer.PayAsync(Node.Sell() with { FeeLimit = new Msats(300) }, None);

        Assert.Equal((21L, 300L, ClnPeer.Identity), (result.Fee!.Value.Value, peer.LastPay.GetProperty("maxfee").GetInt64(), result.Node));
        Assert.Equal((5000L, 40L), (Payer.FeeLimitFor(70_000, 100_000).Value, Payer.FeeLimitFor(70_000, 40).Value));
    }

    [Fact]
    public async Task An_invoice_without_an_amount_is_paid_with_the_limit()
    {
        Assert.Equal(PaymentState.Paid, (await Payer.PayAsync(Node.Sell(msats: null), None)).State);
        Assert.Equal(100_000, Node.LastAmount);
    }

    [Fact]
    public async Task An_invoice_of_another_network_is_not_sent()
    {
        Assert.Equal((PaymentState.Failed, "wrong_network"), (await Payer.PayAsync(Node.Sell(network: Bolt11Network.Mainnet), None)) is var result ? (result.State, result.Code) : default);
        AssertBegun(0);
    }

    [Fact]
    public async Task Another_node_at_the_address_is_not_asked()
    {
        var payment = Node.Sell() with { Node = ClnPeer.Identity, StartedAt = DateTimeOffset.UnixEpoch };
        peer.NodeId = "03" + ClnPeer.Identity[2..];

        Assert.Equal((PaymentState.Failed, PaymentState.Pending), ((await Payer.PayAsync(payment, None)).State, (await Payer.GetPaymentAsync(payment, None)).State));
        AssertBegun(0);
    }

    [Fact]
    public async Task A_payment_that_was_seen_and_is_gone_stays_pending()
    {
        var payment = Node.Sell() with { WasSeen = true };
        await Payer.PayAsync(payment, None);
        peer.Forget();

        Assert.Equal((PaymentState.Pending, "payment_forgotten"), (await Payer.GetPaymentAsync(payment, None)) is var found ? (found.State, found.Code) : default);
    }

    [Fact]
    public async Task What_failed_after_it_was_seen_has_failed()
    {
        var payment = Node.Sell() with { WasSeen = true, StartedAt = DateTimeOffset.UnixEpoch };
        Node.Next = PaymentState.Failed;
        await Payer.PayAsync(payment, None);

        Assert.Equal((PaymentState.Failed, true), (await Payer.GetPaymentAsync(payment, None)) is var found ? (found.State, found.IsSeen) : default);
    }

    [Fact]
    public async Task What_has_failed_so_far_is_in_flight_while_the_node_may_still_try()
    {
        // pay tries again for a minute; a proxy gave up on it between two tries.
        Node.Next = PaymentState.Failed;
        peer.Begun = DateTimeOffset.UtcNow;
        Override = request => IsPayment(request) && peer.Answer(request) is not null ? Reply.Status(504) : null;
        var payment = Node.Sell() with { StartedAt = DateTimeOffset.UtcNow };

        var tried = await Payer.PayAsync(payment, None);
        var looked = await Payer.GetPaymentAsync(payment, None);
        Assert.Equal((PaymentState.Pending, true, PaymentState.Pending, true), (tried.State, tried.IsSeen, looked.State, looked.IsSeen));

        peer.Begun = DateTimeOffset.UtcNow.AddMinutes(-2);
        Assert.Equal(PaymentState.Failed, (await Payer.GetPaymentAsync(payment with { WasSeen = true }, None)).State);
    }

    [Fact]
    public async Task What_the_payee_received_is_the_invoices_amount_where_the_node_does_not_say()
    {
        peer.KnowsAmount = false;
        var payment = Node.Sell();
        await Payer.PayAsync(payment, None);

        Assert.Equal((70_000L, 21L), (await Payer.GetPaymentAsync(payment, None)) is var found ? (found.Amount!.Value.Value, found.Fee!.Value.Value) : default);
    }

    [Fact]
    public async Task A_rune_that_may_not_pay_is_named_and_nothing_is_paid()
    {
        peer.Permitted = ["getinfo", "listpays", "listpeerchannels"];

        Assert.Equal((PaymentState.Failed, "rune_refused"), (await Payer.PayAsync(Node.Sell(), None)) is var result ? (result.State, result.Code) : default);
        AssertBegun(0);
    }

    [Theory]
    [InlineData("{\"code\":403,\"message\":\"forbidden\"}", 403)]
    [InlineData("{\"error\":\"bad gateway\"}", 502)]
    public async Task A_proxys_answer_is_not_the_nodes_refusal(string body, int status)
    {
        Override = request => IsPayment(request) ? Reply.Json(body, status) : null;

        Assert.Equal(PaymentState.Pending, (await Payer.PayAsync(Node.Sell(), None)).State);
    }

    [Fact]
    public async Task What_is_no_Core_Lightning_gets_no_invoice()
    {
        Override = _ => Reply.Json("{\"ok\":true}");

        Assert.Equal((PaymentState.Failed, "not_cln"), (await Payer.PayAsync(Node.Sell(), None)) is var result ? (result.State, result.Code) : default);
        AssertBegun(0);
    }

    [Fact]
    public async Task A_check_reports_node_network_balance_and_permissions_and_pays_nothing()
    {
        var report = await PayerReport.CreateAsync(Payer, None);
        Assert.Equal((true, ClnPeer.Identity, Bolt11Network.Regtest, 12_000L, true), (report.Ok, report.Node, report.Network, report.BalanceMsats, report.CanTrack));

        peer.Permitted = ["getinfo"];
        report = await PayerReport.CreateAsync(Payer, None);
        Assert.Equal((false, false, "rune_refused"), (report.Ok, report.CanTrack, report.Code));
        AssertBegun(0);
    }

    protected override bool IsPayment(RecordedRequest request) => request.Target == "/v1/pay";

    protected override Task<Reply> PeerAsync(RecordedRequest request) => Task.FromResult(peer.Answer(request));

    protected override void EchoSecrets(string invoice) => peer.EchoOf = invoice;

    protected override IInvoicePayer Open(string url, TimeSpan patience, WalletHttpOptions http) => new ClnPayer(new ClnPayerOptions
    {
        BaseUrl = url,
        Rune = OperatorSecret.From(ClnPeer.Rune),
        PaymentTimeout = patience,
        AnswerMargin = TimeSpan.Zero,
        Http = http,
    });
}
