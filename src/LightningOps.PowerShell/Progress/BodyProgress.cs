using System;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace LightningOps.PowerShell.Progress;

/// <summary>Shows how much of a body has arrived, if it takes longer than a moment.</summary>
internal sealed class BodyProgress : IProgress<long>, IDisposable
{
    private const int ActivityId = 402;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    private readonly Action<ProgressRecord> write;
    private readonly string what;
    private readonly long? total;
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private TimeSpan next = Step;
    private bool isShown;

    /// <param name="write">Shows the progress.</param>
    /// <param name="what">The request.</param>
    /// <param name="total">Size of the body in bytes; null if it is not announced.</param>
    public BodyProgress(Action<ProgressRecord> write, string what, long? total)
    {
        this.write = write;
        this.what = what;
        this.total = total;
    }

    public void Report(long value)
    {
        if (watch.Elapsed < next)
        {
            return;
        }

        next = watch.Elapsed + Step;
        isShown = true;
        Write(new ProgressRecord(ActivityId, what, Format(value) + (total is { } all ? " of " + Format(all) : string.Empty))
        {
            PercentComplete = total is > 0 and var whole ? (int)Math.Min(100, value * 100.0 / whole) : -1,
        });
    }

    public void Dispose()
    {
        if (isShown)
        {
            Write(new ProgressRecord(ActivityId, what, "done") { RecordType = ProgressRecordType.Completed });
        }
    }

    private void Write(ProgressRecord record)
    {
        try
        {
            write(record);
        }
        catch (OperationCanceledException)
        {
            // The pipeline accepts nothing more.
        }
    }

    private static string Format(long bytes) => (bytes / (1024.0 * 1024.0)).ToString("0.0", CultureInfo.InvariantCulture) + " MiB";
}
