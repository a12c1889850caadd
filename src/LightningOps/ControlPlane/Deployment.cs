using System.Collections.Generic;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.ControlPlane;

/// <summary>A recorded deployment of a compiled configuration (docs/reference/control-plane.md#records).</summary>
public sealed record Deployment
{
    /// <summary>Identifier.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Paywall, if there is only one.</summary>
    public string? PaywallId { get; init; }

    /// <summary>Owner, if there is only one.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Hash of the artifact, or of the snapshot when the compile was invalid.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Digest the gateway reported.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>State.</summary>
    public required DeploymentStatus Status { get; init; }

    /// <summary>Diagnostics of the compile, a JSON array.</summary>
    public JsonText? Diagnostics { get; init; }

    /// <summary>Passed through unchanged.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Request that recorded it.</summary>
    public string? RequestId { get; init; }

    /// <summary>Time it was applied, Unix milliseconds.</summary>
    public long? AppliedAtMs { get; init; }

    /// <summary>Hash before the roll-back.</summary>
    public string? RolledBackFrom { get; init; }

    /// <summary>Creation time, Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }

    /// <summary>Time of the last change, Unix milliseconds.</summary>
    public long UpdatedAtMs { get; init; }

    /// <summary>Gateway of the roll-out, from the journal; null if it is not there.</summary>
    [JsonIgnore]
    public string? Gateway { get; init; }

    /// <summary>User who rolled it out, from the journal; null if it is not there.</summary>
    [JsonIgnore]
    public string? Who { get; init; }

    /// <summary>Its changes, from the journal; null if they are not there.</summary>
    [JsonIgnore]
    public string? Changes { get; init; }

    /// <summary>Id and status.</summary>
    public override string ToString() => TerminalText.Clean(DeploymentId + ": " + Status);
}

/// <summary>The arguments of lightning/ops:recordGatewayCompileIntent. Missing members are left out of the request.</summary>
public sealed record DeploymentIntent
{
    /// <summary>Identifier; the control plane makes one when it is null.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Paywall, if there is only one.</summary>
    public string? PaywallId { get; init; }

    /// <summary>Owner, if there is only one.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Hash of the artifact, or of the snapshot when the compile was invalid.</summary>
    public required string ConfigHash { get; init; }

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

    /// <summary>Hash before the roll-back.</summary>
    public string? RolledBackFrom { get; init; }

    /// <summary>Time it was applied, Unix milliseconds.</summary>
    public long? AppliedAtMs { get; init; }
}

/// <summary>Filter of deployments; all given conditions must hold.</summary>
public sealed record DeploymentQuery
{
    /// <summary>One deployment only.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Deployments in this state.</summary>
    public DeploymentStatus? Status { get; init; }

    /// <summary>Deployments of this artifact.</summary>
    public string? ConfigHash { get; init; }

    /// <summary>Deployments to this gateway.</summary>
    public string? Gateway { get; init; }

    /// <summary>Deployments by this person.</summary>
    public string? Who { get; init; }

    /// <summary>Recorded from this time on, Unix milliseconds.</summary>
    public long? SinceMs { get; init; }

    /// <summary>Recorded before this time, Unix milliseconds.</summary>
    public long? UntilMs { get; init; }

    /// <summary>Leaves out deployments that were only compiled.</summary>
    public bool RolloutsOnly { get; init; }

    /// <summary>Maximum number, newest first; 100 by default.</summary>
    public int First { get; init; } = 100;
}

/// <summary>A control plane that lists its deployments and events. The hosted ones do not.</summary>
public interface IDeploymentHistory
{
    /// <summary>Recorded deployments, the newest first.</summary>
    Task<IReadOnlyList<Deployment>> ListDeploymentsAsync(DeploymentQuery query, CancellationToken cancellationToken);

    /// <summary>Recorded gateway events, the newest first.</summary>
    Task<IReadOnlyList<GatewayEvent>> ListEventsAsync(GatewayEventQuery query, CancellationToken cancellationToken);
}
