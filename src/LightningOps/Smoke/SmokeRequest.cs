using LightningOps.Compile;
using LightningOps.ControlPlane;

namespace LightningOps.Smoke;

/// <summary>What a smoke runs against.</summary>
public sealed record SmokeRequest
{
    /// <summary>The control plane of the mode chosen; whoever opened it disposes it.</summary>
    public required IControlPlane ControlPlane { get; init; }

    /// <summary>Rendering of a compile.</summary>
    public ArtifactFormat Format { get; init; } = ArtifactFormat.Aperture;

    /// <summary>Request the run is recorded under; null for the smoke's own.</summary>
    public string? RequestId { get; init; }
}
