using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>How a roll-out ended.</summary>
/// <param name="State">How far it came.</param>
/// <param name="Outcome">What was recorded, or would have been.</param>
/// <param name="Serving">What the gateway serves.</param>
/// <param name="IsRecorded">Whether the control plane knows.</param>
internal sealed record RolloutEnd(RolloutState State, DeploymentOutcome Outcome, ServedConfiguration Serving, bool IsRecorded)
{
    /// <summary>How it is known what the gateway serves.</summary>
    public LiveEvidence Evidence { get; init; }

    /// <summary>Whether something is denied and the gateway is known to keep it closed.</summary>
    public bool DenialHolds { get; init; }
}
