using System.Threading;
using System.Threading.Tasks;
using LightningOps.Payments;
using Xunit;

namespace LightningOps.Tests.Payments.Mock;

public sealed class MockPayerTests
{
    [Fact]
    public async Task Payments_are_numbered_in_order()
    {
        using var payer = new MockPayer();

        var first = await payer.PayAsync(CreatePayment("lnmock_a"), CancellationToken.None);
        var second = await payer.PayAsync(CreatePayment("lnmock_b"), CancellationToken.None);

        Assert.Equal(("mock_pay_1", 1_736_000_000_001), (first.PaymentId, first.PaidAtMs));
        Assert.Equal(("mock_pay_2", 1_736_000_000_002), (second.PaymentId, second.PaidAtMs));
    }

    [Theory]
    [InlineData("ep212:", "lnmock_ep212_route_a", "preimage:8bb2e756fef92675")]
    [InlineData("ep212:full-flow:", "lnmock_ep212_sats4ai", "preimage:963804f7d5131963")]
    [InlineData("ep212:full-flow:", "lnmock_ep212_oa_under", "preimage:5272a534aff0c0d3")]
    public async Task The_recorded_proofs_come_out(string prefix, string invoice, string proof)
    {
        using var payer = new MockPayer(new MockPayerOptions { Preimages = payment => MockPayerOptions.Deterministic(prefix, payment.Invoice) });

        Assert.Equal(proof, (await payer.PayAsync(CreatePayment(invoice), CancellationToken.None)).Preimage!.ProofReference);
    }

    [Fact]
    public async Task It_does_not_pretend_to_pay_a_real_invoice()
    {
        using var payer = new MockPayer();

        var result = await payer.PayAsync(new SimulatedNode().Sell(), CancellationToken.None);

        Assert.Equal((PaymentState.Failed, "mock_cannot_pay"), (result.State, result.Code));
        Assert.Equal(PaymentState.Failed, (await payer.GetPaymentAsync(CreatePayment("lnmock_never"), CancellationToken.None)).State);
    }

    private static InvoicePayment CreatePayment(string invoice) =>
        new() { RequestId = "r", Invoice = invoice, Amount = new Msats(70_000), MaxAmount = new Msats(100_000), Host = "h" };
}
