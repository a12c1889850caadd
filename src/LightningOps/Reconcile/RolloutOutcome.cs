using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>How far a roll-out came.</summary>
internal sealed record RolloutState
{
    /// <summary>Hash rolled out.</summary>
    public required string Desired { get; init; }

    /// <summary>What the gateway served before; null when that is not known.</summary>
    public GatewayState? Before { get; init; }

    /// <summary>The deployment as the gateway last reported it.</summary>
    public GatewayDeployment? Active { get; init; }

    /// <summary>What was to change.</summary>
    public RolloutPlan? Plan { get; init; }

    /// <summary>Whether the configuration was sent, or may have been.</summary>
    public bool IsSent { get; init; }

    /// <summary>Which checks were made and good.</summary>
    public CheckProgress Progress { get; init; } = new();
}

/// <summary>How a roll-out ended.</summary>
/// <param name="State">How far it came.</param>
/// <param name="Outcome">What was recorded, or would have been.</param>
/// <param name="Serving">What the gateway serves.</param>
/// <param name="IsRecorded">Whether the control plane knows.</param>
internal sealed record RolloutResult(RolloutState State, DeploymentOutcome Outcome, LiveConfiguration Serving, bool IsRecorded)
{
    /// <summary>How it is known what the gateway serves.</summary>
    public LiveEvidence Evidence { get; init; }

    /// <summary>Whether something is denied and the gateway is known to keep it closed.</summary>
    public bool DenialHolds { get; init; }
}

/// <summary>A state of a deployment, to be recorded.</summary>
/// <param name="Status">The state.</param>
/// <param name="Progress">Which checks were made and good.</param>
internal sealed record DeploymentOutcome(DeploymentStatus Status, CheckProgress Progress)
{
    public RolloutFailure? Failure { get; init; }

    public string? RolledBackFrom { get; init; }

    public string? ImageDigest { get; init; }

    public long? AppliedAtMs { get; init; }
}

/// <summary>Which checks were made and good.</summary>
internal sealed record CheckProgress
{
    public bool HealthOk { get; init; }

    public bool ChallengeOk { get; init; }

    public bool ProxyOk { get; init; }
}
