using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>What a compile is to produce and what it must respect.</summary>
public sealed record CompileOptions
{
    /// <summary>Which rendering is wanted; Aperture by default.</summary>
    public ArtifactFormat Format { get; init; } = ArtifactFormat.Aperture;

    /// <summary>
    /// Pause and kill switches for the gate of the Aperture rendering; null when the source of the paywalls has none
    /// (a snapshot file or the pipeline). A control plane whose state cannot be read must not be compiled.
    /// </summary>
    public SecurityState? Security { get; init; }

    /// <summary>Whether the gateway serves Aperture's admin API: reserved paths are then errors, else warnings.</summary>
    public bool GatewayHasAdminApi { get; init; } = true;
}

/// <summary>Which of the two renderings of a compile is wanted.</summary>
public enum ArtifactFormat
{
    /// <summary>Lightning Labs' Aperture configuration: what a gateway loads.</summary>
    Aperture,

    /// <summary>The older service's <c>version: 1</c> document, byte for byte.</summary>
    RouteDocument,
}
