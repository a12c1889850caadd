using LightningOps.Compile;
using LightningOps.Paywalls;

namespace LightningOps.ControlPlane;

/// <summary>A recorded deployment of a compiled configuration (docs/reference/control-plane.md#records).</summary>
public sealed record Deployment
{
    /// <summary>Identifier.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Paywall concerned, when it is one only.</summary>
    public string? PaywallId { get; init; }

    /// <summary>Owner concerned, when it is one only.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Hash of the artifact, or of the snapshot when the compile was invalid.</summary>
    public required ConfigHash ConfigHash { get; init; }

    /// <summary>Digest the gateway reported.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>State.</summary>
    public required DeploymentStatus Status { get; init; }

    /// <summary>Diagnostics of the compile, a JSON array.</summary>
    public JsonText? Diagnostics { get; init; }

    /// <summary>Passed through untouched.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Request that recorded it.</summary>
    public string? RequestId { get; init; }

    /// <summary>Time it was applied, Unix milliseconds.</summary>
    public long? AppliedAtMs { get; init; }

    /// <summary>Hash it was rolled back from.</summary>
    public string? RolledBackFrom { get; init; }

    /// <summary>Creation time, Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }
}
