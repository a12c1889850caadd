using System.Collections.Generic;

namespace LightningOps.Gateway;

/// <summary>What a gateway serves at one moment; enough to go back to it.</summary>
public sealed record GatewayState
{
    /// <summary>The deployment that is active, or null when there is none.</summary>
    public GatewayDeployment? Active { get; init; }

    /// <summary>Services in match order, or null when the gateway does not tell them (the ops endpoints).</summary>
    public IReadOnlyList<GatewayService>? Services { get; init; }

    /// <summary>How it is known that <see cref="Active"/> and <see cref="Services"/> are live, and not written only.</summary>
    public LiveEvidence Evidence { get; init; } = LiveEvidence.List;

    /// <summary>What the gateway needs to go back to this state, of its own making; never shown.</summary>
    internal object? Snapshot { get; init; }
}
