using LightningOps.L402.Payments;
using LightningOps.L402.Payments.Mock;

namespace LightningOps.Tests.L402.Payments.Mock;

public sealed class MockPayerContractTests : PayerContract
{
    protected override string Name => "mock";

    protected override IInvoicePayer Open() => new MockPayer(new MockPayerOptions
    {
        Preimages = payment => Node.TryBegin(payment.Invoice, payment.MaxAmount) ? Node.PreimageOf(payment.Invoice) : null,
    });
}
