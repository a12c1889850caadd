using System;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.Observability;

namespace LightningOps.Reconcile;

/// <summary>Writes a record of each compile of what a control plane holds, also of one that could not be made.</summary>
public sealed class CompileObserver
{
    private readonly GuardedSink sink;
    private readonly TimeProvider time;

    /// <summary>An observer by the system's clock.</summary>
    /// <param name="sink">Where records go; what it throws fails no compile. Null for nowhere.</param>
    public CompileObserver(IObservabilitySink? sink)
        : this(sink, TimeProvider.System)
    {
    }

    /// <summary>An observer.</summary>
    /// <param name="sink">Where records go; what it throws fails no compile. Null for nowhere.</param>
    /// <param name="time">Clock of the records.</param>
    public CompileObserver(IObservabilitySink? sink, TimeProvider time)
    {
        this.sink = new GuardedSink(sink);
        this.time = time;
    }

    /// <summary>Runs a compile and records how it ended.</summary>
    /// <param name="requestId">Request it runs under, or null.</param>
    /// <param name="compile">The compile.</param>
    public async Task<CompileResult> ObserveAsync(string? requestId, Func<Task<CompileResult>> compile)
    {
        try
        {
            var result = await compile().ConfigureAwait(false);
            Record(requestId, result.Valid ? null : ReconcileFailureCodes.CompileValidationFailed);
            return result;
        }
        catch (Exception failure)
        {
            Record(requestId, ErrorCodes.Of(failure));
            throw;
        }
    }

    private void Record(string? requestId, string? failureCode) =>
        sink.Write(OperationRecords.Compile(requestId, failureCode, time.GetUtcNow().ToUnixTimeMilliseconds()));
}
