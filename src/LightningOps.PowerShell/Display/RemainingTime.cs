using System;

namespace LightningOps.PowerShell.Display;

/// <summary>How long a work of several steps will still take, as far as the steps done tell.</summary>
public static class RemainingTime
{
    /// <summary>What a progress record takes for "not known".</summary>
    public const int Unknown = -1;

    /// <summary>Seconds, rounded up.</summary>
    /// <param name="done">Steps done.</param>
    /// <param name="all">Steps there are.</param>
    /// <param name="elapsed">Time the steps done have taken.</param>
    /// <returns><see cref="Unknown"/> while no step is done.</returns>
    public static int EstimateSeconds(int done, int all, TimeSpan elapsed) =>
        done <= 0 || all < done || elapsed < TimeSpan.Zero
            ? Unknown
            : (int)Math.Min(int.MaxValue, Math.Ceiling(elapsed.TotalSeconds / done * (all - done)));
}
