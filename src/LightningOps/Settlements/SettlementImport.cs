using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;
using LightningOps.Observability;

namespace LightningOps.Settlements;

/// <summary>
/// Imports events into a control plane in parts: while one part is written the next is read, and only these are in
/// memory. Recorded events stay recorded if the rest fails; the import is idempotent.
/// </summary>
public sealed class SettlementImport
{
    private readonly SettlementImportOptions options;
    private readonly SettlementTally tally;
    private readonly IBatchWriter writer;

    /// <summary>Prepares an import.</summary>
    /// <param name="controlPlane">Where the events go.</param>
    /// <param name="options">How.</param>
    public SettlementImport(IControlPlane controlPlane, SettlementImportOptions options)
    {
        this.options = options;
        tally = new SettlementTally(options);
        writer = options.IsPreview ? new BulkWriter((controlPlane as IIngestPreview)?.CreatePreview() ?? LedgerPreview.OverNothing())
            : controlPlane is IBulkIngest bulk ? new BulkWriter(bulk)
            : new SingleCallsWriter(controlPlane, options.Concurrency, options.MaxConsecutiveFailures);
    }

    /// <summary>Events and rejected ones that are done with.</summary>
    public long Inputs => tally.Inputs;

    /// <summary>What was done so far; whole parts only.</summary>
    /// <param name="source">Where the events came from.</param>
    /// <param name="skipped">What the source left out.</param>
    public SettlementImportResult CreateResult(string source, long skipped = 0) => tally.CreateResult(source, skipped);

    /// <summary>Ingests all of a source; may be called again for another.</summary>
    /// <exception cref="SettlementImportStoppedException">The control plane does not answer.</exception>
    /// <exception cref="LightningOpsException">The source cannot be read or the store cannot be written; nothing of the part at hand was recorded.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; of a local store, whole parts are recorded and nothing of the one at hand.</exception>
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
            // Also when reading failed: what became of the part before must be counted.
            await writing.ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(ISettlementSource source, SettlementBatch batch, CancellationToken cancellationToken)
    {
        var written = await writer.WriteAsync(batch.Inputs, cancellationToken).ConfigureAwait(false);
        tally.Add(written);
        var failed = written.Where((became, i) => became.Outcome is null && batch.Inputs[i].Event is not null).Count();
        await source.AcknowledgeAsync(batch, failed, cancellationToken).ConfigureAwait(false);
        options.Observer?.Advanced(new SettlementImportProgress(tally.Inputs, batch.Position, source.Length));
        if (writer.StoppedBy is { } cause)
        {
            throw new SettlementImportStoppedException(source.Name, tally.Inputs, cause);
        }
    }
}
