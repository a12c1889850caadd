using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway;

/// <summary>Snapshot of the live configuration of a gateway, sufficient for a roll-back.</summary>
public sealed record GatewayState
{
    /// <summary>The deployment that is active, or null when there is none.</summary>
    public GatewayDeployment? Active { get; init; }

    /// <summary>Hash that is written where the gateway reads it, where it is known to serve another; null where it is that of <see cref="Active"/>.</summary>
    public string? Written { get; init; }

    /// <summary>Services in match order, or null when the gateway does not tell them (the ops endpoints).</summary>
    public IReadOnlyList<GatewayService>? Services { get; init; }

    /// <summary>What is recorded of the services.</summary>
    internal ServiceOrigins Origins { get; init; } = ServiceOrigins.Unknown;

    /// <summary>What services ask in a challenge, by name; those that were not asked, or gave none, are left out.</summary>
    internal IReadOnlyDictionary<string, Planning.AskedPrice> AskedPrices { get; init; } = new Dictionary<string, Planning.AskedPrice>(StringComparer.Ordinal);

    /// <summary>The services that this store did not make and that sell, in match order.</summary>
    /// <param name="desired">Services to be rolled out: one of an equal name is taken over.</param>
    internal IReadOnlyList<SellingService> FindLeftAlone(IEnumerable<string> desired)
    {
        var ours = new HashSet<string>(desired, StringComparer.Ordinal);
        return (Services ?? [])
            .Where(service => service.Sells && !Origins.IsMadeHere(service.Name) && !ours.Contains(service.Name))
            .Select(service => new SellingService(service.Name, service.EffectivePrice))
            .ToArray();
    }

    /// <summary>Why nothing is known of the services but what the gateway says; then they can be closed, and nothing be rolled out.</summary>
    internal GatewayException? RecordFailure { get; init; }

    /// <summary>Whether the gateway can go back to this state also where it has no services.</summary>
    internal bool CanRestore { get; init; }

    /// <summary>How it is known that <see cref="Active"/> and <see cref="Services"/> are live, and not written only.</summary>
    public LiveEvidence Evidence { get; init; } = LiveEvidence.List;

    /// <summary>What the gateway needs to go back to this state, of its own making; never shown.</summary>
    internal object? Snapshot { get; init; }
}

/// <summary>A deployment as a gateway reports it.</summary>
public sealed record GatewayDeployment
{
    /// <summary>Identifier, or null when the gateway keeps none.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Hash of the artifact.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Digest of the gateway's image, when it reports one.</summary>
    public string? ImageDigest { get; init; }
}
