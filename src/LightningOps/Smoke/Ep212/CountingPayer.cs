using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402;
using LightningOps.L402.Payments;
using LightningOps.Paywalls;

namespace LightningOps.Smoke.Ep212;

/// <summary>Counts how often a wallet is asked to pay.</summary>
internal sealed class CountingPayer : IInvoicePayer
{
    private readonly IInvoicePayer payer;
    private int calls;

    public CountingPayer(IInvoicePayer payer) => this.payer = payer;

    /// <summary>Times it was asked.</summary>
    public int Calls => Volatile.Read(ref calls);

    public string Name => payer.Name;

    public Bolt11Network? Network => payer.Network;

    public bool TakesOnlyBolt11 => payer.TakesOnlyBolt11;

    public bool CanLookUp => payer.CanLookUp;

    public Msats FeeLimitFor(Msats amount, Msats left) => payer.FeeLimitFor(amount, left);

    public Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref calls);
        return payer.PayAsync(payment, cancellationToken);
    }

    public Task<PaymentResult> LookUpAsync(InvoicePayment payment, CancellationToken cancellationToken) => payer.LookUpAsync(payment, cancellationToken);

    public void Dispose() => payer.Dispose();
}
