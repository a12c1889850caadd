using LightningOps.Compile;
using LightningOps.Paywalls;
using System.Collections.Generic;

namespace LightningOps.ControlPlane;

/// <summary>What lightning/ops:recordGatewayCompileIntent records: absent members are left out of the request.</summary>
public sealed record DeploymentIntent
{
    /// <summary>Identifier; the control plane makes one when it is null.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Paywall concerned, when it is one only.</summary>
    public string? PaywallId { get; init; }

    /// <summary>Owner concerned, when it is one only.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Hash of the artifact, or of the snapshot when the compile was invalid.</summary>
    public required ConfigHash ConfigHash { get; init; }

    /// <summary>State to record.</summary>
    public required DeploymentStatus Status { get; init; }

    /// <summary>Diagnostics of the compile.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>A JSON object.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Request that records it.</summary>
    public string? RequestId { get; init; }

    /// <summary>Digest the gateway reported.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>Hash it was rolled back from.</summary>
    public string? RolledBackFrom { get; init; }

    /// <summary>Time it was applied, Unix milliseconds.</summary>
    public long? AppliedAtMs { get; init; }
}
