using LightningOps.Payments;

namespace LightningOps.Tests.Payments.Mock;

public sealed class MockPayerContractTests : PayerContract
{
    protected override string Name => "mock";

    protected override IInvoicePayer Open() => new MockPayer(new MockPayerOptions
    {
        Preimages = payment => Node.TryBegin(payment.Invoice, payment.MaxAmount) ? Node.GetPreimage(payment.Invoice) : null,
    });
}
