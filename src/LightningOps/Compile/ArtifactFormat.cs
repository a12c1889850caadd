namespace LightningOps.Compile;

/// <summary>Which of the two renderings of a compile is wanted.</summary>
public enum ArtifactFormat
{
    /// <summary>Lightning Labs' Aperture configuration: what a gateway loads.</summary>
    Aperture,

    /// <summary>The older service's <c>version: 1</c> document, byte for byte.</summary>
    RouteDocument,
}
