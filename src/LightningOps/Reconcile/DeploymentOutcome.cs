using LightningOps.Compile;
using LightningOps.ControlPlane;

namespace LightningOps.Reconcile;

/// <summary>A state of a deployment, to be recorded.</summary>
/// <param name="Status">The state.</param>
/// <param name="Progress">Which checks were made and good.</param>
internal sealed record DeploymentOutcome(DeploymentStatus Status, CheckProgress Progress)
{
    public RolloutFailure? Failure { get; init; }

    public ConfigHash? RolledBackFrom { get; init; }

    public string? ImageDigest { get; init; }

    public long? AppliedAtMs { get; init; }
}
