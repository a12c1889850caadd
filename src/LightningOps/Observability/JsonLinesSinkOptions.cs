using System;

namespace LightningOps.Observability;

/// <summary>How large a record file may grow, and how many are kept.</summary>
public sealed class JsonLinesSinkOptions
{
    /// <summary>Size from which on a new file is begun, bytes. A single record that is larger has a file of its own.</summary>
    public long LargestFile { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many files there are at most, the current one counted; the oldest is deleted. At least 1.</summary>
    public int Files { get; init; } = 8;

    /// <summary>How long to wait while another writer holds the file.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
