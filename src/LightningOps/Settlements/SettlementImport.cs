using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;
using LightningOps.Observability;
using LightningOps.Settlements.Transactions;

namespace LightningOps.Settlements;

/// <summary>
/// Imports events into a control plane in parts. While one part is written the next is read, and only these are in
/// memory. Recorded events stay recorded if the rest fails; the import is idempotent.
/// </summary>
public sealed class SettlementImport
{
    private readonly SettlementImportOptions options;
    private readonly SettlementTally tally;
    private readonly IBatchWriter writer;
    private readonly DoubtfulSettlements doubtful;

    /// <summary>Prepares an import.</summary>
    /// <param name="controlPlane">Destination of the events.</param>
    /// <param name="options">Options.</param>
    public SettlementImport(IControlPlane controlPlane, SettlementImportOptions options)
    {
        this.options = options;
        tally = new SettlementTally(options);
        doubtful = new DoubtfulSettlements(controlPlane as IPaywallStore, options.Time);
        writer = options.IsPreview ? new BulkWriter((controlPlane as IIngestPreview)?.CreatePreview() ?? LedgerPreview.OverNothing())
            : controlPlane is IBulkIngest bulk ? new BulkWriter(bulk)
            : new SingleCallsWriter(controlPlane, options.Concurrency, options.MaxConsecutiveFailures);
    }

    /// <summary>Number of processed events, including rejected ones.</summary>
    public long Inputs => tally.Inputs;

    /// <summary>The result so far; whole parts only.</summary>
    /// <param name="source">Source of the events.</param>
    /// <param name="skipped">Number of events left out by the source.</param>
    public SettlementImportResult CreateResult(string source, long skipped = 0) => tally.CreateResult(source, skipped, doubtful.GetWarnings());

    /// <summary>Ingests a whole source; may be called again for another.</summary>
    /// <exception cref="SettlementImportStoppedException">The control plane does not answer.</exception>
    /// <exception cref="LightningOpsException">The source cannot be read or the store cannot be written; nothing of the current part was recorded.</exception>
    /// <exception cref="OperationCanceledException">Cancelled. In a local store whole parts are recorded and nothing of the current one.</exception>
    public Task ImportAsync(ISettlementSource source, CancellationToken cancellationToken) =>
        Telemetry.TraceAsync("lightningops.settlement.import", ActivityKind.Internal, async span =>
        {
            var before = tally.Inputs;
            try
            {
                await ReadAndWriteAsync(source, cancellationToken).ConfigureAwait(false);
                return true;
            }
            finally
            {
                span?.SetTag("lightningops.event_count", tally.Inputs - before);
            }
        });

    private async Task ReadAndWriteAsync(ISettlementSource source, CancellationToken cancellationToken)
    {
        var writing = Task.CompletedTask;
        try
        {
            for (var isLast = false; !isLast;)
            {
                var batch = await source.ReadAsync(options.BatchSize, cancellationToken).ConfigureAwait(false);
                await writing.ConfigureAwait(false);
                writing = Task.Run(() => WriteAsync(source, batch, cancellationToken), cancellationToken);
                isLast = batch.IsLast;
            }
        }
        finally
        {
            // Also when reading failed, because the previous part must be counted.
            await writing.ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(ISettlementSource source, SettlementBatch batch, CancellationToken cancellationToken)
    {
        var written = await writer.WriteAsync(batch.Inputs, cancellationToken).ConfigureAwait(false);
        tally.Add(written);
        if (source is not GatewayTransactionSource)
        {
            // A gateway's transactions are checked by their source.
            await doubtful.AddAsync(written, cancellationToken).ConfigureAwait(false);
        }

        var failed = written.Where((became, i) => became.Outcome is null && batch.Inputs[i].Event is not null).Count();
        await source.AcknowledgeAsync(batch, failed, cancellationToken).ConfigureAwait(false);
        options.Observer?.Advanced(new SettlementImportProgress(tally.Inputs, batch.Position, source.Length));
        if (writer.StoppedBy is { } cause)
        {
            throw new SettlementImportStoppedException(source.Name, tally.Inputs, cause);
        }
    }
}
