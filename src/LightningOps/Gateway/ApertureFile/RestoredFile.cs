using System;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>A file that was put back when an apply failed: whoever then goes back to it need not wait for its reload twice.</summary>
/// <param name="File">The file.</param>
/// <param name="Failure">Why it was not loaded, or null.</param>
internal sealed record RestoredFile(ServedFile File, string? Failure)
{
    /// <summary>Whether another reload would tell nothing new: it was loaded, or had its whole time.</summary>
    public bool IsSettled => Failure is null || Failure.StartsWith(ReloadCommand.TimedOut, StringComparison.Ordinal);
}
