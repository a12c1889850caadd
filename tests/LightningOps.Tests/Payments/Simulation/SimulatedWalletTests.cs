using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;
using LightningOps.Payments.Simulation;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Payments.Simulation;

public sealed class SimulatedWalletTests
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddYears(55));
    private readonly SimulatedLightningNode node;
    private readonly SimulatedWallet wallet;

    public SimulatedWalletTests()
    {
        node = new SimulatedLightningNode(new SimulatedNodeOptions { Time = time, InvoiceExpiry = TimeSpan.FromMinutes(1) });
        wallet = new SimulatedWallet(node);
    }

    [Fact]
    public async Task A_payment_settles_the_invoice_and_gives_its_preimage()
    {
        var invoice = node.AddInvoice(70_000, "memo");

        var result = await PayAsync(invoice);

        Assert.Equal((PaymentState.Paid, (Msats?)70_000), (result.State, result.Amount));
        Assert.True(result.Preimage!.MatchesPaymentHash(invoice.Hash));
        Assert.Equal(SimulatedInvoiceState.Settled, node.GetState(invoice.Hash));
        Assert.Equal(("simulated", 70_000L, 1), (wallet.Name, wallet.Spent, wallet.Payments));
    }

    [Fact]
    public async Task An_invoice_is_paid_once_however_often_and_from_however_many_threads_it_is_asked()
    {
        var invoice = node.AddInvoice(5000, "memo");
        var settled = 0;
        node.Settled += _ => Interlocked.Increment(ref settled);

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => PayAsync(invoice))));

        Assert.Single(results.Select(result => result.Preimage).Distinct());
        Assert.Equal((1, 5000L, 1L), (settled, wallet.Spent, node.SettledCount));
    }

    [Theory]
    [InlineData(4999, "amount_over_cap")]
    [InlineData(0, "amount_invalid")]
    public async Task More_than_may_be_paid_is_not(long cap, string code)
    {
        var result = await PayAsync(node.AddInvoice(5000, "memo"), cap);

        Assert.Equal((PaymentState.Failed, code, 0L), (result.State, result.Code, wallet.Spent));
    }

    [Fact]
    public async Task An_invoice_whose_time_is_over_cannot_be_paid()
    {
        var invoice = node.AddInvoice(5000, "memo");
        time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal((PaymentState.Failed, "invoice_expired"), ((await PayAsync(invoice)).State, (await PayAsync(invoice)).Code));
        Assert.Equal(SimulatedInvoiceState.Expired, node.GetState(invoice.Hash));
        Assert.True(Bolt11Invoice.Parse(invoice.PaymentRequest).IsExpiredAt(time.GetUtcNow()));
    }

    [Fact]
    public async Task An_invoice_of_another_node_or_a_changed_one_is_not_paid()
    {
        var other = new SimulatedLightningNode().AddInvoice(5000, "memo");
        var own = node.AddInvoice(5000, "memo");

        Assert.Equal("simulated_cannot_pay", (await PayAsync(other)).Code);
        Assert.Equal("simulated_cannot_pay", (await PayAsync(own with { PaymentRequest = own.PaymentRequest.ToUpperInvariant() })).Code);
        Assert.Equal("simulated_cannot_pay", (await PayAsync(own with { PaymentRequest = "lnbcrt1" })).Code);
    }

    [Fact]
    public async Task A_wallet_that_is_down_has_paid_nothing_and_pays_once_it_is_up()
    {
        var invoice = node.AddInvoice(5000, "memo");
        wallet.Fail(SimulatedWalletFault.Down);

        Assert.Equal((PaymentState.Failed, "wallet_unreachable"), ((await PayAsync(invoice)) is { } down ? (down.State, down.Code) : default));
        Assert.Equal(PaymentState.Paid, (await PayAsync(invoice)).State);
    }

    [Theory]
    [InlineData(SimulatedWalletFault.PendingThenPaid, PaymentState.Paid, 5000)]
    [InlineData(SimulatedWalletFault.PendingThenFailed, PaymentState.Failed, 0)]
    public async Task A_payment_under_way_is_not_made_again_and_a_look_finds_its_end(SimulatedWalletFault fault, PaymentState end, long spent)
    {
        var invoice = node.AddInvoice(5000, "memo");
        wallet.Fail(fault);

        Assert.Equal([PaymentState.Pending, PaymentState.Pending], new[] { (await PayAsync(invoice)).State, (await PayAsync(invoice)).State });
        Assert.Equal(end, (await wallet.GetPaymentAsync(GetPayment(invoice), CancellationToken.None)).State);
        Assert.Equal(spent, wallet.Spent);
    }

    [Fact]
    public async Task A_wrong_preimage_proves_nothing_and_nothing_is_settled()
    {
        var invoice = node.AddInvoice(5000, "memo");
        wallet.Fail(SimulatedWalletFault.WrongPreimage);

        var result = await PayAsync(invoice);

        Assert.Equal(PaymentState.Paid, result.State);
        Assert.False(result.Preimage!.MatchesPaymentHash(invoice.Hash));
        Assert.False(node.IsSettled(invoice.Hash));
    }

    [Fact]
    public async Task A_look_at_what_was_never_paid_pays_nothing()
    {
        var invoice = node.AddInvoice(5000, "memo");

        Assert.Equal("payment_unknown", (await wallet.GetPaymentAsync(GetPayment(invoice), CancellationToken.None)).Code);
        Assert.Equal(SimulatedInvoiceState.Open, node.GetState(invoice.Hash));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wallet.PayAsync(GetPayment(invoice), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Of_invoices_nobody_pays_the_oldest_are_forgotten()
    {
        var small = new SimulatedLightningNode(new SimulatedNodeOptions { MaxOpenInvoices = 10 });
        var first = small.AddInvoice(1000, "memo");
        var paid = small.AddInvoice(1000, "memo");
        small.Settle(paid.Hash);
        for (var i = 0; i < 10; i++)
        {
            small.AddInvoice(1000, "memo");
        }

        Assert.Null(small.GetState(first.Hash));
        Assert.Equal(SimulatedInvoiceState.Settled, small.GetState(paid.Hash));
        Assert.Equal(11, small.Invoices.Count);
    }

    [Fact]
    public async Task No_preimage_is_shown()
    {
        var invoice = node.AddInvoice(5000, "memo");
        var result = await PayAsync(invoice);

        Assert.DoesNotContain(result.Preimage!.Reveal(), invoice + result.ToString() + node.Invoices[0], StringComparison.OrdinalIgnoreCase);
    }

    private static InvoicePayment GetPayment(NodeInvoice invoice, long cap = 100_000) => new() { RequestId = "r", Invoice = invoice.PaymentRequest, PaymentHash = invoice.Hash, MaxAmount = cap, Host = "h" };

    private Task<PaymentResult> PayAsync(NodeInvoice invoice, long cap = 100_000) => wallet.PayAsync(GetPayment(invoice, cap), CancellationToken.None);
}
