using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Payments;
using Xunit;

namespace LightningOps.Tests.Payments;

/// <summary>What every wallet keeps to (docs/reference/l402.md#payers); each kind runs it against its peer.</summary>
public abstract class PayerContract : IAsyncLifetime
{
    internal static readonly CancellationToken None = CancellationToken.None;

    internal SimulatedNode Node { get; } = new();

    protected abstract string Name { get; }

    protected IInvoicePayer Payer { get; private set; } = null!;

    public Task InitializeAsync()
    {
        Payer = Open();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        Payer.Dispose();
        await CloseAsync();
    }

    [Fact]
    public void It_says_what_it_is()
    {
        Assert.Equal(Name, Payer.Name);
    }

    [Fact]
    public async Task A_payment_gives_the_preimage_and_the_amount()
    {
        var payment = Node.Sell();

        var result = await Payer.PayAsync(payment, None);

        Assert.Equal(PaymentState.Paid, result.State);
        Assert.Equal((Node.GetPreimage(payment.Invoice), (Msats?)70_000), (result.Preimage, result.Amount));
        Assert.True(result.Preimage!.MatchesPaymentHash(payment.PaymentHash!));
        Assert.False(string.IsNullOrEmpty(result.PaymentId));
        Assert.True(result.PaidAtMs > 0);
    }

    [Fact]
    public async Task An_invoice_asked_for_twice_is_paid_once()
    {
        var payment = Node.Sell();

        var first = await Payer.PayAsync(payment, None);
        var second = await Payer.PayAsync(payment, None);

        Assert.Equal((first.State, first.Preimage, first.PaymentId), (second.State, second.Preimage, second.PaymentId));
        AssertBegun(1);
    }

    [Fact]
    public async Task Two_invoices_are_two_payments()
    {
        var first = await Payer.PayAsync(Node.Sell(), None);
        var second = await Payer.PayAsync(Node.Sell(), None);

        Assert.NotEqual(first.PaymentId, second.PaymentId);
        AssertBegun(2);
    }

    [Theory]
    [InlineData(70_000, 69_999, "amount_over_cap")]
    [InlineData(70_000, 0, "amount_invalid")]
    [InlineData(null, -1, "amount_invalid")]
    public async Task More_than_the_cap_is_refused_before_anything_is_sent(int? msats, int cap, string code)
    {
        var result = await Payer.PayAsync(Node.Sell(msats, cap), None);

        Assert.Equal((PaymentState.Failed, code), (result.State, result.Code));
        AssertBegun(0);
        AssertNothingArrived();
    }

    [Fact]
    public async Task A_look_up_finds_what_was_paid_and_pays_nothing_more()
    {
        var payment = Node.Sell();
        await Payer.PayAsync(payment, None);

        var found = await Payer.GetPaymentAsync(payment, None);

        Assert.Equal((PaymentState.Paid, Node.GetPreimage(payment.Invoice)), (found.State, found.Preimage));
        AssertBegun(1);
    }

    [Fact]
    public async Task A_payment_that_is_cancelled_before_it_begins_is_not_made()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Payer.PayAsync(Node.Sell(), new CancellationToken(canceled: true)));

        AssertBegun(0);
    }

    [Fact]
    public async Task A_result_does_not_show_its_preimage()
    {
        var payment = Node.Sell();
        var result = await Payer.PayAsync(payment, None);

        Assert.DoesNotContain(Node.GetPreimage(payment.Invoice).Reveal(), result.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    protected abstract IInvoicePayer Open();

    protected virtual Task CloseAsync() => Task.CompletedTask;

    protected virtual void AssertBegun(int payments) => Assert.Equal(payments, Node.Begun);

    protected virtual void AssertNothingArrived()
    {
    }
}
