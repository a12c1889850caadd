using System.Collections.Generic;
using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>How the closing of denied services ended.</summary>
internal sealed record ClosingEnd
{
    /// <summary>Nothing that is denied was open.</summary>
    public static ClosingEnd Nothing { get; } = new() { Serving = ServedConfiguration.Previous };

    /// <summary>What the gateway serves.</summary>
    public required ServedConfiguration Serving { get; init; }

    /// <summary>What it served before; null when that is not known.</summary>
    public GatewayState? Before { get; init; }

    /// <summary>What was to change, or null.</summary>
    public RolloutPlan? Plan { get; init; }

    /// <summary>Names of the services that were closed.</summary>
    public IReadOnlyList<string> Closed { get; init; } = [];

    /// <summary>Whether something was sent, or may have been.</summary>
    public bool IsSent { get; init; }

    /// <summary>Why something that is denied may still be open, or null.</summary>
    public string? Trouble { get; init; }

    /// <summary>What became of it, for the reason of a failure; empty when there was nothing to do.</summary>
    public string Told =>
        Trouble is not null ? "; denied services may still be open: " + Trouble
        : Closed.Count > 0 ? "; closed all the same: " + DenialClosing.ListOf(Closed)
        : string.Empty;
}
