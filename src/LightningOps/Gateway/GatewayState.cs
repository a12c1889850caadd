using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway;

/// <summary>Snapshot of the live configuration of a gateway, sufficient for a roll-back.</summary>
public sealed record GatewayState
{
    /// <summary>The active deployment, or null when there is none.</summary>
    public GatewayDeployment? Active { get; init; }

    /// <summary>Hash of the written configuration if another one is known to be live; null if it is that of <see cref="Active" />.</summary>
    public string? Written { get; init; }

    /// <summary>Services in match order, or null when the gateway does not list them (the ops endpoints).</summary>
    public IReadOnlyList<GatewayService>? Services { get; init; }

    /// <summary>The recorded origins of the services.</summary>
    internal ServiceOrigins Origins { get; init; } = ServiceOrigins.Unknown;

    /// <summary>Prices of services in challenges, by name. Services that were not asked, or gave no price, are left out.</summary>
    internal IReadOnlyDictionary<string, Planning.AskedPrice> AskedPrices { get; init; } = new Dictionary<string, Planning.AskedPrice>(StringComparer.Ordinal);

    /// <summary>Open services of others, in match order.</summary>
    /// <param name="desired">Services to be rolled out; a live one with an equal name is taken over.</param>
    internal IReadOnlyList<SellingService> FindLeftAlone(IEnumerable<string> desired)
    {
        var ours = new HashSet<string>(desired, StringComparer.Ordinal);
        return (Services ?? [])
            .Where(service => service.Sells && !Origins.IsMadeHere(service.Name) && !ours.Contains(service.Name))
            .Select(service => new SellingService(service.Name, service.EffectivePrice))
            .ToArray();
    }

    /// <summary>Why the records are not available. Services can then be closed, but nothing can be rolled out.</summary>
    internal GatewayException? RecordFailure { get; init; }

    /// <summary>Whether the gateway can return to this state even if it has no services.</summary>
    internal bool CanRestore { get; init; }

    /// <summary>Evidence that <see cref="Active" /> and <see cref="Services" /> are live, not only written.</summary>
    public LiveEvidence Evidence { get; init; } = LiveEvidence.List;

    /// <summary>Returns a hash of the whole file behind <see cref="Services" />, its other settings and comments included; null if there is no file.</summary>
    internal Func<string>? HashFile { get; init; }

    /// <summary>Data of the gateway for a return to this state; never shown.</summary>
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

    /// <summary>Id and hash.</summary>
    public override string ToString() => (DeploymentId ?? "not recorded") + ", " + ConfigHash;
}
