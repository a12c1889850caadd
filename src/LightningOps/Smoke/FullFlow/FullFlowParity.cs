using System.Collections.Generic;

namespace LightningOps.Smoke.FullFlow;

/// <summary>Whether what is known of a purchase is the same whoever's node it relies on.</summary>
public sealed record FullFlowParity
{
    /// <summary>Keys both paths must have.</summary>
    public required IReadOnlyList<string> RequiredKeys { get; init; }

    /// <summary>Keys of the hosted path's records.</summary>
    public required IReadOnlyList<string> HostedKeys { get; init; }

    /// <summary>Required keys the hosted path lacks.</summary>
    public required IReadOnlyList<string> HostedMissingKeys { get; init; }

    /// <summary>File of the local node's artifact.</summary>
    public required string LocalArtifactPath { get; init; }

    /// <summary>Whether it is there.</summary>
    public required bool LocalArtifactPresent { get; init; }

    /// <summary>Keys of the local node's artifact.</summary>
    public required IReadOnlyList<string> LocalKeys { get; init; }

    /// <summary>Required keys the local node's artifact lacks.</summary>
    public required IReadOnlyList<string> LocalMissingKeys { get; init; }

    /// <summary>Keys of both.</summary>
    public required IReadOnlyList<string> SharedKeys { get; init; }
}
