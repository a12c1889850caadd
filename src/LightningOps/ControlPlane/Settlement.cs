using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.ControlPlane;

/// <summary>A settlement. The preimage itself is never stored, only a reference to it.</summary>
public sealed record Settlement
{
    /// <summary>Identifier.</summary>
    public required string SettlementId { get; init; }

    /// <summary>Id of the paywall.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>Invoice it settles.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Amount, millisatoshis.</summary>
    public required long AmountMsats { get; init; }

    /// <summary><c>lightning_preimage:</c> and the first 24 hex characters.</summary>
    public required string PaymentProofRef { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Passed through unchanged, except that the preimage of the settlement is replaced by ***.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Time of the payment if it was known when the settlement was recorded, else of the record; Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }

    /// <summary>The id, as in a column of a CSV file.</summary>
    public override string ToString() => SettlementId;
}

/// <summary>A settlement in a store with the correlations of its report.</summary>
public sealed record StoredSettlement
{
    /// <summary>The settlement.</summary>
    public required Settlement Settlement { get; init; }

    /// <summary>Payment hash of the report, hex.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>Task of the purchase.</summary>
    public string? TaskId { get; init; }

    /// <summary>Route bought.</summary>
    public string? RouteId { get; init; }
}

/// <summary>Answer to a settlement report.</summary>
public sealed record SettlementIngestResult
{
    /// <summary>Whether the settlement was known already. The first record is kept.</summary>
    public required bool Existed { get; init; }

    /// <summary>The settlement.</summary>
    public required Settlement Settlement { get; init; }

    /// <summary>The invoice it settled, if any.</summary>
    public Invoice? Invoice { get; init; }
}

/// <summary>Filter of settlements; all given conditions must hold.</summary>
public sealed record SettlementQuery
{
    /// <summary>One settlement only.</summary>
    public string? SettlementId { get; init; }

    /// <summary>Settlements of one paywall.</summary>
    public string? PaywallId { get; init; }

    /// <summary>Settlements of one owner.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Settlements of one invoice.</summary>
    public string? InvoiceId { get; init; }

    /// <summary>Settlements of one payment hash, hex as reported. It links a settlement to a purchase.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>Settlements whose metadata contains this token id, as for a gateway's transactions.</summary>
    public string? TokenId { get; init; }

    /// <summary>Created at this time or later, Unix milliseconds.</summary>
    public long? SinceMs { get; init; }

    /// <summary>Created before this time, Unix milliseconds.</summary>
    public long? UntilMs { get; init; }

    /// <summary>Maximum number, newest first; 100 by default.</summary>
    public int First { get; init; } = 100;

    /// <summary>The spelling of the token id in the metadata of a gateway's transaction.</summary>
    internal string? TokenText => TokenId is null ? null : "\"tokenId\":\"" + TokenId + "\"";

    /// <summary>Whether a settlement meets the conditions.</summary>
    internal bool Matches(StoredSettlement recorded) =>
        (SettlementId is null || recorded.Settlement.SettlementId == SettlementId)
        && (PaywallId is null || recorded.Settlement.PaywallId == PaywallId)
        && (OwnerId is null || recorded.Settlement.OwnerId == OwnerId)
        && (InvoiceId is null || recorded.Settlement.InvoiceId == InvoiceId)
        && (PaymentHash is null || recorded.PaymentHash == PaymentHash)
        && (TokenId is null || recorded.Settlement.Metadata?.Value.IndexOf(TokenText!, System.StringComparison.Ordinal) >= 0)
        && (SinceMs is null || recorded.Settlement.CreatedAtMs >= SinceMs)
        && (UntilMs is null || recorded.Settlement.CreatedAtMs < UntilMs);
}

/// <summary>A control plane that lists its settlements and invoices. The hosted ones do not.</summary>
public interface ISettlementHistory
{
    /// <summary>Recorded settlements, newest first.</summary>
    Task<IReadOnlyList<StoredSettlement>> ListSettlementsAsync(SettlementQuery query, CancellationToken cancellationToken);

    /// <summary>Invoices in their current state, newest first record first.</summary>
    Task<IReadOnlyList<Invoice>> ListInvoicesAsync(InvoiceQuery query, CancellationToken cancellationToken);

    /// <summary>One invoice in its current state, or null.</summary>
    Task<Invoice?> FindInvoiceAsync(string invoiceId, CancellationToken cancellationToken);
}
