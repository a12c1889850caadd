using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Reconcile;

/// <summary>How a roll-out to several gateways ended.</summary>
public sealed class RolloutSequenceResult
{
    /// <summary>Whether every gateway serves what the control plane wants.</summary>
    public bool Ok => Steps.All(step => step.Ok);

    /// <summary>One entry a gateway, in the order given.</summary>
    public required IReadOnlyList<RolloutStep> Steps { get; init; }

    /// <summary>The gateway that stopped it, or null.</summary>
    public string? StoppedAt { get; init; }
}
