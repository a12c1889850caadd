using System;
using System.Collections.Generic;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;

namespace LightningOps.Settlements;

/// <summary>Result of an import. Lists have a bounded length; counts are complete.</summary>
public sealed record SettlementImportResult : IReportable
{
    /// <summary>Whether every event was ingested, and every event the source counts was there.</summary>
    public required bool Ok { get; init; }

    /// <summary>Whether the source can list everything that was paid, and did; <see cref="Warnings"/> says why not.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary><c>complete</c> or <c>incomplete</c>.</summary>
    public string Completeness => IsComplete ? "complete" : "incomplete";

    /// <summary>Whether nothing was recorded: the counts are those an import would have.</summary>
    public bool IsPreview { get; init; }

    /// <summary>Where the events came from.</summary>
    public required string Source { get; init; }

    /// <summary>Events ingested that brought something new.</summary>
    public required long Processed { get; init; }

    /// <summary>Events that repeated what is recorded already, or was read before in this import.</summary>
    public long Repeated { get; init; }

    /// <summary>Events that changed an invoice.</summary>
    public required long InvoicesUpdated { get; init; }

    /// <summary>Settlements recorded for the first time.</summary>
    public required long SettlementsNew { get; init; }

    /// <summary>Settlements that were already recorded.</summary>
    public required long SettlementsExisting { get; init; }

    /// <summary>Settlements without preimage, reported to a hosted control plane only as settled invoices.</summary>
    public required long SettlementsWithoutPreimage { get; init; }

    /// <summary>Amount of the settlements recorded for the first time, millisatoshis.</summary>
    public required long AmountMsats { get; init; }

    /// <summary>Transactions of excluded services.</summary>
    public required long Skipped { get; init; }

    /// <summary>Events that were not ingested.</summary>
    public required long RejectedCount { get; init; }

    /// <summary>Those of them that contradict a settlement recorded before in amount, owner or payment hash; what was recorded first is kept.</summary>
    public long Conflicts { get; init; }

    /// <summary>The first of them, with their lines.</summary>
    public required IReadOnlyList<RejectedEvent> Rejected { get; init; }

    /// <summary>How many settled transactions the gateway counts in the time that was read; null when it did not count.</summary>
    public long? GatewayTotal { get; init; }

    /// <summary>Transactions paid in a way that their service refuses, or may refuse: income without delivery. Their metadata says which.</summary>
    public long Undelivered { get; init; }

    /// <summary>What the payee's node received beside the books; null when it was not asked.</summary>
    public PayeeComparison? Payee { get; init; }

    /// <summary>What an operator should look at, although the events are ingested.</summary>
    public IReadOnlyList<ImportWarning> Warnings { get; init; } = [];

    /// <summary>The first of the ties to purchases.</summary>
    public required IReadOnlyList<CorrelationRef> CorrelationRefs { get; init; }

    /// <summary>The result with what a payee's node received beside the books.</summary>
    public SettlementImportResult ComparedWith(PayeeComparison comparison) => (comparison ?? throw new ArgumentNullException(nameof(comparison))).AddTo(this);

    RunReport IReportable.ToReport() => SettlementImportReport.Create(this);
}

/// <summary>An event that was not ingested: invalid input, or a failed call. It contains no secret.</summary>
public sealed record RejectedEvent
{
    /// <summary>Line of the file, or position in the pipeline, from 1; null for a gateway's transaction.</summary>
    public long? Line { get; init; }

    /// <summary>The settlement, invoice or transaction, where it could be read.</summary>
    public string? Id { get; init; }

    /// <summary>Stable code, for example <c>ControlPlaneDecodeError</c>, <c>invalid_preimage</c> or <c>unknown_service</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Reason { get; init; }

    /// <summary>What the operator can do.</summary>
    public required string Remedy { get; init; }

    /// <summary>Where and why.</summary>
    public override string ToString() =>
        (Line is { } line ? System.FormattableString.Invariant($"line {line}") : Id ?? "event")
        + (Line is not null && Id is not null ? " (" + Id + ")" : string.Empty)
        + ": " + Reason;
}

/// <summary>Something about an import that an operator should look at.</summary>
/// <param name="Code">One of <see cref="ImportWarnings"/>.</param>
/// <param name="Message">What it is, and what to do.</param>
public sealed record ImportWarning(string Code, string Message)
{
    /// <summary>The message.</summary>
    public override string ToString() => Message;
}

/// <summary>Codes of warnings about an import.</summary>
internal static class ImportWarnings
{
    /// <summary>The gateway counts more settled transactions than it lists.</summary>
    public const string TransactionsMissing = "transactions_missing";

    /// <summary>The gateway sells sessions, which it lists nowhere.</summary>
    public const string SessionsNotListed = "sessions_not_listed";

    /// <summary>The gateway did not tell which ways to pay it offers.</summary>
    public const string OffersUnknown = "offers_unknown";

    /// <summary>Transactions were paid in a way that their service refuses, or may refuse.</summary>
    public const string NotDelivered = "not_delivered";

    /// <summary>The payee's node received what is not in the books.</summary>
    public const string NotBooked = "not_booked";

    /// <summary>A transaction is settled in the future: one of two clocks is wrong.</summary>
    public const string FutureTime = "future_time";
}

/// <summary>Why an event is rejected, beside the tags of the failures of the domain.</summary>
public static class RejectionCodes
{
    /// <summary>A line is longer than any event is.</summary>
    public const string LineTooLong = "line_too_long";

    /// <summary>A transaction of a gateway has a service that belongs to no paywall.</summary>
    public const string UnknownService = "unknown_service";

    /// <summary>A transaction of a gateway has a service that belongs to several routes.</summary>
    public const string AmbiguousService = "ambiguous_service";

    /// <summary>A gateway's transaction is not as it should be.</summary>
    public const string InvalidTransaction = "invalid_transaction";

    /// <summary>A settlement is recorded already, with another amount, owner or payment hash.</summary>
    public const string Conflict = "settlement_conflict";

    /// <summary>Not sent: the control plane had failed too often before.</summary>
    public const string NotSent = "not_sent";
}

/// <summary>Progress of an import.</summary>
/// <param name="Inputs">Events and rejected ones so far.</param>
/// <param name="Position">How much of the source that is: bytes of a file.</param>
/// <param name="Length">Size of the whole source in the same unit, or null when nobody knows.</param>
public sealed record SettlementImportProgress(long Inputs, long Position, long? Length);

/// <summary>A settlement that was ingested; members in the order of vectors/smoke/settlement.json.</summary>
public sealed record SettlementOutcome
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

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Reference of the proof, never the proof.</summary>
    public required string PaymentProofRef { get; init; }

    /// <summary>Whether it was already recorded.</summary>
    public required bool Existed { get; init; }

    /// <summary>The settlement an event told of, or null when it told of an invoice only.</summary>
    public static SettlementOutcome? From(IngestOutcome outcome) => outcome.Settlement is not { } settlement ? null : new()
    {
        SettlementId = settlement.SettlementId,
        PaywallId = settlement.PaywallId,
        OwnerId = settlement.OwnerId,
        InvoiceId = settlement.InvoiceId,
        AmountMsats = settlement.AmountMsats,
        RequestId = settlement.RequestId,
        PaymentProofRef = settlement.PaymentProofRef,
        Existed = outcome.Existed,
    };
}

/// <summary>A change of an invoice's state; members in the order of vectors/smoke/settlement.json.</summary>
public sealed record InvoiceTransition
{
    /// <summary>The invoice.</summary>
    public required string InvoiceId { get; init; }

    /// <summary>Id of the paywall.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>State it came to.</summary>
    public required InvoiceStatus Status { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public required long UpdatedAtMs { get; init; }

    /// <summary>The change an event made, or null when it made none.</summary>
    internal static InvoiceTransition? From(IngestOutcome outcome) => outcome is not { InvoiceChanged: true, Invoice: { } invoice } ? null : new()
    {
        InvoiceId = invoice.InvoiceId,
        PaywallId = invoice.PaywallId,
        OwnerId = invoice.OwnerId,
        Status = invoice.Status,
        RequestId = invoice.RequestId,
        UpdatedAtMs = invoice.UpdatedAtMs,
    };
}

/// <summary>An import that was stopped because the control plane does not answer (<c>SettlementImportStopped</c>).</summary>
public sealed class SettlementImportStoppedException : LightningOpsException
{
    /// <summary>Creates the failure of one import.</summary>
    /// <param name="source">Where the events come from.</param>
    /// <param name="inputs">Events the import had got to.</param>
    /// <param name="cause">The last failure.</param>
    public SettlementImportStoppedException(string source, long inputs, LightningOpsException cause)
        : base(
            "SettlementImportStopped",
            FormattableString.Invariant($"{source}: stopped after {inputs} events; unsent events were rejected and later events were not read: {cause?.Message}"),
            "Fix the cause and import again. Nothing is recorded twice.",
            cause)
    {
        Inputs = inputs;
    }

    /// <summary>Events the import had got to.</summary>
    public long Inputs { get; }
}
