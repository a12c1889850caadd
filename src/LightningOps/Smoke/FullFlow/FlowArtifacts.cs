namespace LightningOps.Smoke.FullFlow;

/// <summary>Where a flow of checks is written down.</summary>
public sealed record FlowArtifacts
{
    /// <summary>The folder.</summary>
    public required string ArtifactDir { get; init; }

    /// <summary>The summary: the result itself.</summary>
    public required string SummaryPath { get; init; }

    /// <summary>The events, a line each.</summary>
    public required string EventsPath { get; init; }

    /// <summary>When, Unix milliseconds.</summary>
    public required long GeneratedAtMs { get; init; }
}
