using LightningOps.Compile;
using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>How far a roll-out came.</summary>
internal sealed record RolloutState
{
    /// <summary>Hash rolled out.</summary>
    public required ConfigHash Wanted { get; init; }

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
