using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Compile;

namespace LightningOps.Gateway.Records;

/// <summary>
/// Stores data that a gateway does not report itself: the origin and deployment of its services (admin API of
/// Aperture), or its services (ops endpoints).
/// </summary>
public interface IGatewayRecords : IDisposable
{
    /// <summary>The record of a gateway; an empty one when there is none.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <exception cref="GatewayException">The record cannot be read; the makers of services are not known.</exception>
    Task<GatewayRecord> ReadAsync(string gateway, CancellationToken cancellationToken);

    /// <summary>Replaces the whole record of a gateway.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <exception cref="GatewayException">The record cannot be written.</exception>
    Task WriteAsync(string gateway, GatewayRecord record, CancellationToken cancellationToken);
}

/// <summary>The record of a gateway.</summary>
public sealed record GatewayRecord
{
    /// <summary>An empty record.</summary>
    public static GatewayRecord Empty { get; } = new();

    /// <summary>Names of the services created here; written before the services are created.</summary>
    public IReadOnlyList<string> Names { get; init; } = Array.Empty<string>();

    /// <summary>Owner of each service as last rolled out; null in a record of an earlier version.</summary>
    public IReadOnlyDictionary<string, string>? Owners { get; init; }

    /// <summary>Rules as last rolled out, in match order; null in a record of an earlier version. They apply even if the gateway has changed.</summary>
    public IReadOnlyList<CompiledRule>? Rules { get; init; }

    /// <summary>Services closed outside a roll-out because of a pause or kill switch.</summary>
    public IReadOnlyList<string> Closed { get; init; } = Array.Empty<string>();

    /// <summary>Former state of services of others that a global pause closed.</summary>
    public IReadOnlyList<GatewayService> Others { get; init; } = Array.Empty<GatewayService>();

    /// <summary>Services whose last change a restart of the gateway would lose.</summary>
    public IReadOnlyList<string> Unsaved { get; init; } = Array.Empty<string>();

    /// <summary>The deployment of the services; it applies only while the gateway serves <see cref="Services" />.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Hash of its artifact, or null when none is known.</summary>
    public string? ConfigHash { get; init; }

    /// <summary>Its artifact, if the gateway does not list its services; it applies only while the gateway serves its hash.</summary>
    public string? Artifact { get; init; }

    /// <summary>Its services, in match order.</summary>
    public IReadOnlyList<GatewayService> Services { get; init; } = Array.Empty<GatewayService>();

    /// <summary>Roll-outs of the last day that nobody agreed to, in order; null in the record of a gateway's services.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GuardRailStep>? Steps { get; init; }
}
