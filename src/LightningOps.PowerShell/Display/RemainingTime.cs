using System;

namespace LightningOps.PowerShell.Display;

/// <summary>Estimates the remaining time of an operation from its finished steps.</summary>
public static class RemainingTime
{
    /// <summary>The value for "unknown" in a progress record.</summary>
    public const int Unknown = -1;

    /// <summary>Seconds, rounded up.</summary>
    /// <param name="done">Number of finished steps.</param>
    /// <param name="all">Total number of steps.</param>
    /// <param name="elapsed">Duration of the finished steps.</param>
    /// <returns><see cref="Unknown" /> while no step has finished.</returns>
    public static int EstimateSeconds(int done, int all, TimeSpan elapsed) =>
        done <= 0 || all < done || elapsed < TimeSpan.Zero
            ? Unknown
            : (int)Math.Min(int.MaxValue, Math.Ceiling(elapsed.TotalSeconds / done * (all - done)));
}
