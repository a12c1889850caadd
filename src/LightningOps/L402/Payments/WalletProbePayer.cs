using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Paywalls;

namespace LightningOps.L402.Payments;

/// <summary>
/// Buys for the proxy check of a gateway: what is asked must be the rule's price, on the wallet's network, and what the
/// wallet gives must be the proof of that invoice.
/// </summary>
public sealed class WalletProbePayer : IProbePayer
{
    private readonly IInvoicePayer wallet;

    /// <summary>A payer.</summary>
    /// <param name="wallet">The wallet; not disposed here. Whether it is too late to pay an invoice is for it to say.</param>
    public WalletProbePayer(IInvoicePayer wallet) => this.wallet = wallet;

    /// <inheritdoc/>
    public async Task<string> BuyAsync(string challenge, ProbeRoute route, CancellationToken cancellationToken)
    {
        if (route is null)
        {
            throw new ArgumentNullException(nameof(route));
        }

        var asked = L402Challenge.Parse(challenge);
        var invoice = Bolt11Invoice.Parse(asked.Invoice);
        var price = new Msats(Math.Max(1, route.Rule.PriceSats) * Msats.PerSatoshi);
        Check(invoice, price);
        var result = await wallet.PayAsync(
            new InvoicePayment
            {
                RequestId = "probe:" + invoice.PaymentHash.Hex,
                Invoice = asked.Invoice,
                PaymentHash = invoice.PaymentHash,
                Amount = price,
                MaxAmount = price,
                Host = route.Host,
            },
            cancellationToken).ConfigureAwait(false);
        if (result.State != PaymentState.Paid)
        {
            throw new ProbePaymentException(result.Code ?? "not_paid", result.Reason ?? "the wallet did not pay");
        }

        return result.Preimage is { } preimage && preimage.MatchesPaymentHash(invoice.PaymentHash)
            ? L402Authorization.Create(asked.Macaroon, preimage).ToHeaderValue()
            : throw new ProbePaymentException("preimage_mismatch", "the wallet's proof is not that of the invoice");
    }

    private void Check(Bolt11Invoice invoice, Msats price)
    {
        if (invoice.Amount != price)
        {
            throw new ProbePaymentException("wrong_amount", "the invoice does not ask for the rule's price, " + price + " msat");
        }

        if (wallet.Network is { } network && network != invoice.Network)
        {
            throw new ProbePaymentException("wrong_network", "the invoice is for " + invoice.Network + ", the wallet pays on " + network);
        }
    }
}
