using System.Collections.Generic;
using LightningOps.Observability;
using LightningOps.Smoke.Observed;

namespace LightningOps.Smoke.FullFlow;

/// <summary>The observability records of a full flow, in short.</summary>
public sealed record FullFlowObservability
{
    /// <summary>Number of records.</summary>
    public required int RecordCount { get; init; }

    /// <summary>The nineteen members every record has.</summary>
    public required IReadOnlyList<string> RequiredFieldKeys { get; init; }

    /// <summary>Those of them some record lacks.</summary>
    public required IReadOnlyList<string> MissingFieldKeys { get; init; }

    /// <summary>What ties the records together.</summary>
    public required ObservabilityCorrelation Correlation { get; init; }

    internal static FullFlowObservability Of(ObservabilitySmokeResult result) => new()
    {
        RecordCount = result.RecordCount,
        RequiredFieldKeys = result.RequiredFieldKeys,
        MissingFieldKeys = result.MissingFieldKeys,
        Correlation = result.Correlation,
    };
}
