using System;
using System.Collections.Generic;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;

namespace LightningOps.Settlements;

/// <summary>Result of an import. Lists have a bounded length; counts are complete.</summary>
public sealed record SettlementImportResult : IReportable
{
    /// <summary>Whether every event was ingested, and all events counted by the source were present.</summary>
    public required bool Ok { get; init; }

    /// <summary>Whether the source can list all payments, and did; <see cref="Warnings" /> explains why not. False if the import ended early.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary><c>complete</c> or <c>incomplete</c>.</summary>
    public string Completeness => IsComplete ? "complete" : "incomplete";

    /// <summary>Whether nothing was recorded; the counts are those of an import.</summary>
    public bool IsPreview { get; init; }

    /// <summary>Source of the events.</summary>
    public required string Source { get; init; }

    /// <summary>Number of ingested events with new information.</summary>
    public required long Processed { get; init; }

    /// <summary>Number of events that repeated recorded ones, or earlier ones of this import.</summary>
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
    public required decimal AmountMsats { get; init; }

    /// <summary>Transactions of excluded services.</summary>
    public required long Skipped { get; init; }

    /// <summary>Events that were not ingested.</summary>
    public required long RejectedCount { get; init; }

    /// <summary>Events that contradict an earlier recorded settlement or invoice in amount, owner, paywall or payment hash; the first record is kept.</summary>
    public long Conflicts { get; init; }

    /// <summary>The first of them, with their lines.</summary>
    public required IReadOnlyList<RejectedEvent> Rejected { get; init; }

    /// <summary>Number of settled transactions in the period according to the gateway; null when it did not count.</summary>
    public long? GatewayTotal { get; init; }

    /// <summary>
    /// Transactions paid with a scheme that their service refuses, or may refuse: revenue without delivery. Their
    /// metadata has the details.
    /// </summary>
    public long Undelivered { get; init; }

    /// <summary>Comparison with the payee's node; null when it was not asked.</summary>
    public PayeeComparison? Payee { get; init; }

    /// <summary>Comparison with what the Aperture counts and lists; null when it was not made.</summary>
    public ApertureComparison? Aperture { get; init; }

    /// <summary>Warnings for the operator about ingested events.</summary>
    public IReadOnlyList<ImportWarning> Warnings { get; init; } = [];

    /// <summary>The first correlations to purchases.</summary>
    public required IReadOnlyList<CorrelationRef> CorrelationRefs { get; init; }

    /// <summary>The result with the comparison with a payee's node.</summary>
    public SettlementImportResult ComparedWith(PayeeComparison comparison) => (comparison ?? throw new ArgumentNullException(nameof(comparison))).AddTo(this);

    /// <summary>The result with the comparison with an Aperture.</summary>
    public SettlementImportResult ComparedWith(ApertureComparison comparison) => (comparison ?? throw new ArgumentNullException(nameof(comparison))).AddTo(this);

    RunReport IReportable.ToReport() => SettlementImportReport.Create(this);
}

/// <summary>An event that was not ingested: invalid input, or a failed call. It contains no secret.</summary>
public sealed record RejectedEvent
{
    /// <summary>Line of the file, or position in the pipeline, from 1; null for a gateway's transaction.</summary>
    public long? Line { get; init; }

    /// <summary>The settlement, invoice or transaction, if it could be read.</summary>
    public string? Id { get; init; }

    /// <summary>Stable code, for example <c>ControlPlaneDecodeError</c>, <c>invalid_preimage</c> or <c>unknown_service</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Reason { get; init; }

    /// <summary>Recommended action.</summary>
    public required string Remedy { get; init; }

    /// <summary>Line and reason.</summary>
    public override string ToString() =>
        (Line is { } line ? System.FormattableString.Invariant($"line {line}") : Id ?? "event")
        + (Line is not null && Id is not null ? " (" + Id + ")" : string.Empty)
        + ": " + Reason;
}

/// <summary>A warning of an import for the operator.</summary>
/// <param name="Code">One of <see cref="ImportWarnings"/>.</param>
/// <param name="Message">The problem, and the recommended action.</param>
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

    /// <summary>The gateway did not report its payment methods.</summary>
    public const string OffersUnknown = "offers_unknown";

    /// <summary>Transactions were paid with a scheme that their service refuses, or may refuse.</summary>
    public const string NotDelivered = "not_delivered";

    /// <summary>The payee's node received payments that are not in the books.</summary>
    public const string NotBooked = "not_booked";

    /// <summary>The gateway's statistic is not the sum of its list.</summary>
    public const string StatisticDiffers = "statistic_differs";

    /// <summary>A transaction is settled in the future; one of two clocks is wrong.</summary>
    public const string FutureTime = "future_time";

    /// <summary>The gateway does not say when a transaction was settled.</summary>
    public const string TimeUnknown = "time_unknown";

    /// <summary>Settlements have a smaller amount than their invoice.</summary>
    public const string Underpaid = "underpaid";

    /// <summary>Settlements name a paywall that the control plane does not hold.</summary>
    public const string UnknownPaywall = "unknown_paywall";

    /// <summary>Settlements name another owner than their paywall's.</summary>
    public const string AnotherOwner = "another_owner";

    /// <summary>Settlements of no amount.</summary>
    public const string NoAmount = "no_amount";
}

/// <summary>Codes of rejected events, besides the tags of failures.</summary>
public static class RejectionCodes
{
    /// <summary>A line is longer than any event.</summary>
    public const string LineTooLong = "line_too_long";

    /// <summary>A transaction of a gateway has a service that belongs to no paywall.</summary>
    public const string UnknownService = "unknown_service";

    /// <summary>A transaction of a gateway has a service that belongs to several routes.</summary>
    public const string AmbiguousService = "ambiguous_service";

    /// <summary>A gateway's transaction is invalid.</summary>
    public const string InvalidTransaction = "invalid_transaction";

    /// <summary>A settlement is recorded already with another amount, owner, paywall or payment hash, or its invoice is.</summary>
    public const string Conflict = SettlementConflictException.Code;

    /// <summary>Not sent, because the control plane had failed too often before.</summary>
    public const string NotSent = "not_sent";
}

/// <summary>Progress of an import.</summary>
/// <param name="Inputs">Number of events so far, including rejected ones.</param>
/// <param name="Position">Position in the source, for example bytes of a file.</param>
/// <param name="Length">Size of the whole source in the same unit, or null when unknown.</param>
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

    /// <summary>The settlement of an event, or null for an event of an invoice only.</summary>
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

    /// <summary>New state.</summary>
    public required InvoiceStatus Status { get; init; }

    /// <summary>Request.</summary>
    public string? RequestId { get; init; }

    /// <summary>Time, Unix milliseconds.</summary>
    public required long UpdatedAtMs { get; init; }

    /// <summary>The change made by an event, or null when there was none.</summary>
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
    /// <param name="source">Source of the events.</param>
    /// <param name="inputs">Number of events reached by the import.</param>
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

    /// <summary>Number of events reached by the import.</summary>
    public long Inputs { get; }
}
