using System;

namespace LightningOps.Settings;

/// <summary>
/// How long a command that stops sales waits for a team's store. After the first call without an answer the command
/// makes no other, because a close must not wait for a server once per call.
/// </summary>
public sealed class StorePatience
{
    private volatile LightningOpsException? outage;

    /// <param name="limit">Time limit of one call.</param>
    public StorePatience(TimeSpan limit) => Limit = limit;

    /// <summary>Time limit of one call.</summary>
    public TimeSpan Limit { get; }

    /// <summary>The failure of the first call without an answer; null if there was none.</summary>
    internal LightningOpsException? Outage
    {
        get => outage;
        set => outage = value;
    }
}
