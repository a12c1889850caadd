using System;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>A file that was put back when an apply failed: whoever then goes back to it need not wait for its reload twice.</summary>
/// <param name="file">The file.</param>
/// <param name="failure">Why it was not loaded, or null.</param>
internal sealed class RestoredFile(ServedFile file, string? failure)
{
    /// <summary>The file.</summary>
    public ServedFile File => file;

    /// <summary>Why it was not loaded, or null.</summary>
    public string? Failure => failure;

    /// <summary>Whether another reload would tell nothing new: it was loaded, or had its whole time.</summary>
    public bool IsSettled => failure is null || failure.StartsWith(ReloadCommand.TimedOut, StringComparison.Ordinal);
}
