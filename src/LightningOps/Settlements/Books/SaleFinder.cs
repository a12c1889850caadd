using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;

namespace LightningOps.Settlements.Books;

/// <summary>One sale: its settlement, seller, credential, and evidence for a refund.</summary>
public sealed record L402Sale
{
    /// <summary>Payment hash; null if neither settlement nor invoice has one.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>Whether a settlement is recorded, so that the money arrived.</summary>
    public required bool IsSettled { get; init; }

    /// <summary>The settlement; null while none is recorded.</summary>
    public string? SettlementId { get; init; }

    /// <summary>The invoice.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>State of the invoice; null if no invoice is recorded.</summary>
    public InvoiceStatus? InvoiceStatus { get; init; }

    /// <summary>Paywall that sold.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Service of the gateway; null if no route is recorded.</summary>
    public string? Service { get; init; }

    /// <summary>Path bought of a metered service.</summary>
    public string? Path { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required long AmountMsats { get; init; }

    /// <summary>When it was settled, Unix milliseconds.</summary>
    public long? SettledAtMs { get; init; }

    /// <summary>Request of the purchase.</summary>
    public string? RequestId { get; init; }

    /// <summary>Gateway that sold.</summary>
    public string? Gateway { get; init; }

    /// <summary>Number of the transaction at the gateway.</summary>
    public long? TransactionId { get; init; }

    /// <summary>The credential: token id, hex; null for a Payment charge and if unknown.</summary>
    public string? TokenId { get; init; }

    /// <summary>
    /// <c>refused</c> or <c>doubtful</c> if the service did not, or may not have, accepted the paid credential; else
    /// null.
    /// </summary>
    public string? Delivery { get; init; }

    /// <summary>Reference of the proof of payment.</summary>
    public string? PaymentProofRef { get; init; }

    /// <summary>Whether the given preimage belongs to this payment; only payer and payee have it. Null without one.</summary>
    public bool? IsPreimageProven { get; init; }

    /// <summary>
    /// The answer to a buyer in one sentence: paid or not, which service, whether the token is valid, expired or
    /// revoked and by whom, and whether there is evidence for a refund.
    /// </summary>
    public string Verdict => SaleVerdict.Create(this);

    /// <summary>State of the token at the gateways that were asked; null if none was asked or the sale has no token.</summary>
    public TokenStanding? Token { get; init; }

    /// <summary>Evidence for and against a refund, in sentences.</summary>
    public required IReadOnlyList<string> RefundEvidence { get; init; }
}

/// <summary>Finds sales in the books by data that a buyer can give.</summary>
public sealed class SaleFinder
{
    private readonly ISettlementHistory books;

    /// <summary>A finder for books.</summary>
    /// <param name="books">The books.</param>
    public SaleFinder(ISettlementHistory books) => this.books = books;

    /// <summary>The sales of a payment hash: at most one settlement, else its invoices.</summary>
    /// <param name="paymentHash">64 hexadecimal digits, or the name used instead.</param>
    /// <param name="isPreimageProven">Whether its preimage was shown; null if not.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<L402Sale>> FindByHashAsync(string paymentHash, bool? isPreimageProven, CancellationToken cancellationToken)
    {
        var hash = PaymentHashText.Normalize(paymentHash) ?? paymentHash;
        var settlements = await books.ListSettlementsAsync(new SettlementQuery { PaymentHash = hash, First = int.MaxValue }, cancellationToken).ConfigureAwait(false);
        if (settlements.Count > 0)
        {
            return await ToSalesAsync(settlements, isPreimageProven, cancellationToken).ConfigureAwait(false);
        }

        var invoices = await books.ListInvoicesAsync(new InvoiceQuery { PaymentHash = hash, First = int.MaxValue }, cancellationToken).ConfigureAwait(false);
        return invoices.Select(invoice => ToSale(invoice, isPreimageProven)).ToArray();
    }

    /// <summary>The sales of a preimage, by its hash.</summary>
    /// <param name="preimage">64 hexadecimal digits; a secret, never repeated.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="FormatException">The text is not a preimage.</exception>
    public Task<IReadOnlyList<L402Sale>> FindByPreimageAsync(string preimage, CancellationToken cancellationToken) =>
        FindByHashAsync(PaymentHashText.FromPreimage(preimage?.Trim() ?? string.Empty) ?? throw new FormatException("not a preimage"), true, cancellationToken);

    /// <summary>The sales of a token.</summary>
    /// <param name="tokenId">Token id, hex, as gateways list it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<L402Sale>> FindByTokenAsync(string tokenId, CancellationToken cancellationToken)
    {
        var token = tokenId.Trim().ToLowerInvariant();
        var settlements = await books.ListSettlementsAsync(new SettlementQuery { TokenId = token, First = int.MaxValue }, cancellationToken).ConfigureAwait(false);
        return await ToSalesAsync(settlements.Where(recorded => SaleMetadata.Read(recorded.Settlement.Metadata).TokenId == token), null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<L402Sale>> ToSalesAsync(IEnumerable<StoredSettlement> settlements, bool? isPreimageProven, CancellationToken cancellationToken)
    {
        var sales = new List<L402Sale>();
        foreach (var recorded in settlements)
        {
            var invoice = recorded.Settlement.InvoiceId is { } id ? await books.FindInvoiceAsync(id, cancellationToken).ConfigureAwait(false) : null;
            sales.Add(ToSale(recorded, invoice, isPreimageProven));
        }

        return sales;
    }

    private static L402Sale ToSale(StoredSettlement recorded, Invoice? invoice, bool? isPreimageProven)
    {
        var settlement = recorded.Settlement;
        var metadata = SaleMetadata.Read(settlement.Metadata);
        return new L402Sale
        {
            PaymentHash = recorded.PaymentHash,
            IsSettled = true,
            SettlementId = settlement.SettlementId,
            InvoiceId = settlement.InvoiceId,
            InvoiceStatus = invoice?.Status,
            PaywallId = settlement.PaywallId,
            OwnerId = settlement.OwnerId,
            Service = SaleMetadata.FindService(recorded),
            Path = metadata.Path,
            AmountMsats = settlement.AmountMsats,
            SettledAtMs = SaleTime.GetPaidAtMs(settlement, invoice),
            RequestId = settlement.RequestId,
            Gateway = metadata.Gateway,
            TransactionId = metadata.TransactionId,
            TokenId = metadata.TokenId,
            Delivery = metadata.Delivery,
            PaymentProofRef = settlement.PaymentProofRef,
            IsPreimageProven = isPreimageProven,
            RefundEvidence = GetEvidence(settlement.PaymentProofRef, metadata.Delivery, isPreimageProven).ToArray(),
        };
    }

    private static L402Sale ToSale(Invoice invoice, bool? isPreimageProven) => new()
    {
        PaymentHash = invoice.PaymentHash,
        IsSettled = false,
        InvoiceId = invoice.InvoiceId,
        InvoiceStatus = invoice.Status,
        PaywallId = invoice.PaywallId,
        OwnerId = invoice.OwnerId,
        AmountMsats = invoice.AmountMsats,
        SettledAtMs = invoice.SettledAtMs,
        RequestId = invoice.RequestId,
        PaymentProofRef = invoice.PaymentProofRef,
        IsPreimageProven = isPreimageProven,
        RefundEvidence =
        [
            invoice.Status == ControlPlane.InvoiceStatus.Settled
                ? "The invoice was reported as settled; no settlement is recorded."
                : "No settlement is recorded: the invoice is " + invoice.Status.ToString().ToLowerInvariant() + ".",
            .. isPreimageProven == true ? new[] { "The buyer has the preimage: the invoice was paid. Import the settlements." } : [],
        ],
    };

    private static IEnumerable<string> GetEvidence(string proofRef, string? delivery, bool? isPreimageProven)
    {
        yield return proofRef.StartsWith(PaymentIdentity.PreimagePrefix, StringComparison.Ordinal)
            ? "The payment is proven by its preimage (" + proofRef + ")."
            : "The payment is known from the gateway (" + proofRef + ").";
        if (isPreimageProven == true)
        {
            yield return "The buyer has the preimage of this payment.";
        }

        yield return delivery switch
        {
            "refused" => "The service refuses the paid credential: nothing was delivered.",
            "doubtful" => "The service may refuse the paid credential.",
            _ => "Nothing is recorded against the delivery.",
        };
    }
}
