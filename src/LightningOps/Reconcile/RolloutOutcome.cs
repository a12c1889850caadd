using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>Progress of a roll-out.</summary>
internal sealed record RolloutState
{
    /// <summary>Hash rolled out.</summary>
    public required string Desired { get; init; }

    /// <summary>The state before; null when unknown.</summary>
    public GatewayState? Before { get; init; }

    /// <summary>The deployment last reported by the gateway.</summary>
    public GatewayDeployment? Active { get; init; }

    /// <summary>The planned changes.</summary>
    public RolloutPlan? Plan { get; init; }

    /// <summary>Whether the configuration was sent, or may have been.</summary>
    public bool IsSent { get; init; }

    /// <summary>The passed checks.</summary>
    public CheckProgress Progress { get; init; } = new();
}

/// <summary>Result of a roll-out.</summary>
/// <param name="State">Progress of the roll-out.</param>
/// <param name="Outcome">The outcome, recorded or not.</param>
/// <param name="Serving">The live configuration.</param>
/// <param name="IsRecorded">Whether the control plane recorded it.</param>
internal sealed record RolloutResult(RolloutState State, DeploymentOutcome Outcome, LiveConfiguration Serving, bool IsRecorded)
{
    /// <summary>Evidence of the live configuration.</summary>
    public LiveEvidence Evidence { get; init; }

    /// <summary>Why the load was not seen; null if it was, or the cause is not known.</summary>
    public LoadDoubt? Doubt { get; init; }

    /// <summary>Whether something is denied and the gateway is known to keep it closed.</summary>
    public bool DenialHolds { get; init; }
}

/// <summary>A state of a deployment to record.</summary>
/// <param name="Status">The state.</param>
/// <param name="Progress">The passed checks.</param>
internal sealed record DeploymentOutcome(DeploymentStatus Status, CheckProgress Progress)
{
    public RolloutFailure? Failure { get; init; }

    public string? RolledBackFrom { get; init; }

    public string? ImageDigest { get; init; }

    public long? AppliedAtMs { get; init; }
}

/// <summary>The passed checks.</summary>
internal sealed record CheckProgress
{
    public bool HealthOk { get; init; }

    public bool ChallengeOk { get; init; }

    public bool ProxyOk { get; init; }
}
