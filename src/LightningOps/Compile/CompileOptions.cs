using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>Options of a compile.</summary>
public sealed record CompileOptions
{
    /// <summary>Rendering; Aperture by default.</summary>
    public ArtifactFormat Format { get; init; } = ArtifactFormat.Aperture;

    /// <summary>
    /// Pause and kill switches for the gate of the Aperture rendering; null when the source of the paywalls has none
    /// (a snapshot file or the pipeline). A control plane whose state cannot be read must not be compiled.
    /// </summary>
    public SecurityState? Security { get; init; }

    /// <summary>Whether the gateway serves Aperture's admin API: reserved paths are then errors, else warnings.</summary>
    public bool GatewayHasAdminApi { get; init; } = true;

    /// <summary>What is said of upstreams at loopback and private addresses.</summary>
    public PrivateUpstreams PrivateUpstreams { get; init; } = PrivateUpstreams.Inform;
}

/// <summary>How a compile judges upstreams at loopback and private addresses (docs/reference/compile.md#diagnostics).</summary>
public enum PrivateUpstreams
{
    /// <summary>One info that counts them: the operator's own paywalls.</summary>
    Inform,

    /// <summary>A warning per route: paywalls of others.</summary>
    Warn,

    /// <summary>An error per route.</summary>
    Deny,
}

/// <summary>The renderings of a compile.</summary>
public enum ArtifactFormat
{
    /// <summary>The configuration of Lightning Labs' Aperture.</summary>
    Aperture,

    /// <summary>The older service's <c>version: 1</c> document, byte for byte.</summary>
    RouteDocument,
}
