using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>Options of a compile.</summary>
public sealed record CompileOptions
{
    /// <summary>Rendering; Aperture by default.</summary>
    public ArtifactFormat Format { get; init; } = ArtifactFormat.Aperture;

    /// <summary>
    /// Pause and kill switches for the gate of the Aperture rendering; null when the source of the paywalls has none
    /// (a snapshot file or the pipeline). Do not compile if the state of a control plane cannot be read.
    /// </summary>
    public SecurityState? Security { get; init; }

    /// <summary>Whether the gateway serves Aperture's admin API. Reserved paths are then errors, otherwise warnings.</summary>
    public bool GatewayHasAdminApi { get; init; } = true;

    /// <summary>Whether an empty list of paywalls compiles, to an artifact without services. Otherwise it is an error, for a list may be empty by mistake.</summary>
    internal bool AllowsNoPaywalls { get; init; }

    /// <summary>Severity of upstreams at loopback and private addresses.</summary>
    public PrivateUpstreams PrivateUpstreams { get; init; } = PrivateUpstreams.Inform;
}

/// <summary>How a compile judges upstreams at loopback and private addresses (docs/reference/compile.md#diagnostics).</summary>
public enum PrivateUpstreams
{
    /// <summary>One info with their number, for the operator's own paywalls.</summary>
    Inform,

    /// <summary>A warning per route, for paywalls of others.</summary>
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
