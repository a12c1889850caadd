using System;
using System.Collections.Generic;
using LightningOps.Compile;

namespace LightningOps.Gateway;

/// <summary>A compiled configuration to roll out to a gateway.</summary>
public sealed record GatewayRollout
{
    /// <summary>Request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Id of the recorded deployment.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Hash of the artifact.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>The artifact's bytes.</summary>
    public required ReadOnlyMemory<byte> Artifact { get; init; }

    /// <summary>Rules in match order.</summary>
    public required IReadOnlyList<CompiledRule> Rules { get; init; }

    /// <summary>Removes services that have no record of being created here.</summary>
    public bool Prune { get; init; }

    /// <summary>Rolls out even if the gateway cannot carry rate limits or rewrites.</summary>
    public bool AllowMissingFeatures { get; init; }

    /// <summary>Rolls out even if a restart may let a broader service answer requests of a closed one.</summary>
    public bool AllowOrderLoss { get; init; }

    /// <summary>Allows a roll-out to remove the price server of a service, which ends every credential sold for it.</summary>
    public bool AllowDynamicPriceLoss { get; init; }

    /// <summary>Reopens services that another store stopped.</summary>
    public bool OverrideStop { get; init; }

    /// <summary>Whether the global pause is set. Services of others that it closed then stay closed.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Closes services of others, too, and keeps their text; only while the global pause is set.</summary>
    public bool CloseOthers { get; init; }
}
