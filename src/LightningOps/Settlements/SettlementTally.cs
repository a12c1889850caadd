using System;
using System.Collections.Generic;
using LightningOps.ControlPlane;
using LightningOps.Observability;

namespace LightningOps.Settlements;

/// <summary>Counts the outcomes of the events of an import.</summary>
internal sealed class SettlementTally
{
    private readonly SettlementImportOptions options;
    private readonly GuardedSink sink;
    private readonly List<ObservabilityRecord> observed = [];
    private readonly List<RejectedEvent> rejections = [];
    private readonly List<CorrelationRef> correlations = [];
    private long processed;
    private long invoicesUpdated;
    private long settlementsNew;
    private long settlementsExisting;
    private long withoutPreimage;
    private decimal amountMsats;
    private long rejected;
    private long repeated;
    private long conflicts;
    private long underpaid;
    private string? firstUnderpaid;

    public SettlementTally(SettlementImportOptions options)
    {
        this.options = options;
        sink = new GuardedSink(options.Observability);
    }

    /// <summary>All events: new, repeated and rejected ones.</summary>
    public long Inputs => processed + repeated + rejected;

    /// <summary>Counts a part of the source.</summary>
    public void Add(IReadOnlyList<WrittenInput> written)
    {
        var (newBefore, existingBefore) = (settlementsNew, settlementsExisting);
        foreach (var input in written)
        {
            if (input.Outcome is { } outcome)
            {
                Add(outcome);
            }
            else
            {
                Add(input.Rejection!);
            }
        }

        sink.Write(observed);
        observed.Clear();
        if (options.IsPreview)
        {
            return;
        }

        Measurements.Settlements.Add(settlementsNew - newBefore, Existed(false));
        Measurements.Settlements.Add(settlementsExisting - existingBefore, Existed(true));
    }

    public SettlementImportResult CreateResult(string source, long skipped, IEnumerable<ImportWarning> doubts) => new()
    {
        Ok = rejected == 0,
        IsPreview = options.IsPreview,
        Source = source,
        Processed = processed,
        InvoicesUpdated = invoicesUpdated,
        SettlementsNew = settlementsNew,
        SettlementsExisting = settlementsExisting,
        SettlementsWithoutPreimage = withoutPreimage,
        AmountMsats = amountMsats,
        Skipped = skipped,
        RejectedCount = rejected,
        Repeated = repeated,
        Conflicts = conflicts,
        Rejected = rejections.ToArray(),
        Warnings = [.. GetUnderpaid(), .. doubts],
        CorrelationRefs = correlations.ToArray(),
    };

    private IEnumerable<ImportWarning> GetUnderpaid() => firstUnderpaid is null ? [] : [new ImportWarning(
        ImportWarnings.Underpaid,
        (underpaid == 1 ? "A settlement has a smaller amount than its invoice: " : FormattableString.Invariant($"{underpaid} settlements have a smaller amount than their invoice, the first is ")) + firstUnderpaid + ". A Lightning invoice is paid in full or not at all. Compare with the node.")];

    private static KeyValuePair<string, object?> Existed(bool existed) => new("existed", existed);

    private void Add(IngestOutcome outcome)
    {
        if (outcome.IsRepeat)
        {
            repeated++;
        }
        else
        {
            processed++;
        }

        invoicesUpdated += outcome.InvoiceChanged ? 1 : 0;
        if (outcome.Settlement is { } settlement)
        {
            Observe(outcome, settlement);
            settlementsExisting += outcome.Existed ? 1 : 0;
            settlementsNew += outcome.Existed ? 0 : 1;
            if (outcome.UnderpaidMsats is { } invoiced)
            {
                underpaid++;
                firstUnderpaid ??= FormattableString.Invariant($"{settlement.SettlementId} with {(long)settlement.AmountMsats} of {invoiced} msat");
            }

            amountMsats += outcome.Existed ? 0 : settlement.AmountMsats;
            if (correlations.Count < options.KeptCorrelations)
            {
                correlations.Add(CorrelationRef.From(outcome)!);
            }
        }
        else if (outcome.Event.Record is not null && !outcome.IsSamePayment)
        {
            withoutPreimage++;
        }

        options.Observer?.Ingested(outcome);
    }

    private void Observe(IngestOutcome outcome, Settlement settlement)
    {
        if (options.Observability is not null && !outcome.Existed && !options.IsPreview)
        {
            observed.Add(OperationRecords.Settlement(settlement.PaywallId, settlement.CreatedAtMs) with
            {
                RequestId = settlement.RequestId,
                UserId = settlement.OwnerId,
                TaskId = outcome.Event.Report?.TaskId ?? outcome.Event.Record?.TaskId,
                PaidAmountMsats = settlement.AmountMsats,
                PaymentProofRef = settlement.PaymentProofRef,
            });
        }
    }

    private void Add(RejectedEvent rejection)
    {
        rejected++;
        conflicts += rejection.Code == RejectionCodes.Conflict ? 1 : 0;
        if (rejections.Count < options.KeptRejections)
        {
            rejections.Add(rejection);
        }

        options.Observer?.Rejected(rejection);
    }
}
