using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Paywalls;

namespace LightningOps.L402.Payments;

/// <summary>Buys at a gateway's probe route with a wallet: exactly the rule's price, and nothing without its proof.</summary>
public sealed class WalletProbePayer : IProbePayer
{
    private readonly IInvoicePayer wallet;

    /// <summary>A payer.</summary>
    /// <param name="wallet">The wallet, not disposed here.</param>
    public WalletProbePayer(IInvoicePayer wallet) => this.wallet = wallet;

    /// <inheritdoc/>
    /// <exception cref="L402Exception">The challenge cannot be read, or what was paid gives no proof.</exception>
    /// <exception cref="GatewayException">The wallet did not pay.</exception>
    public async Task<string> BuyAsync(string challenge, ProbeRoute route, CancellationToken cancellationToken)
    {
        var offer = L402Challenge.Parse(challenge);
        var invoice = Bolt11Invoice.TryParse(offer.Invoice, out var decoded, out var error) ? decoded : throw new L402Exception(error);
        var result = await wallet.PayAsync(PaymentOf(offer, invoice, route), cancellationToken).ConfigureAwait(false);
        if (result is not { State: PaymentState.Paid, Preimage: { } preimage })
        {
            throw new GatewayException(route.Rule.ServiceName, "buy", result.Code ?? "not_paid", "Look at the wallet " + wallet.Name + ".");
        }

        return preimage.MatchesPaymentHash(invoice.PaymentHash)
            ? L402Authorization.Create(offer.Macaroon, preimage).ToHeaderValue()
            : throw new GatewayException(route.Rule.ServiceName, "buy", "preimage_mismatch", "Do not use the wallet " + wallet.Name + ": what it gave proves nothing.");
    }

    private static InvoicePayment PaymentOf(L402Challenge offer, Bolt11Invoice invoice, ProbeRoute route) => new()
    {
        RequestId = "probe_" + Guid.NewGuid().ToString("N"),
        Invoice = offer.Invoice,
        PaymentHash = invoice.PaymentHash,
        Amount = invoice.Amount,
        MaxAmount = new Msats(Math.Max(1, route.Rule.PriceSats) * Msats.PerSatoshi),
        Host = route.Host,
    };
}
