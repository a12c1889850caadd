using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;
using LightningOps.Artifacts.Reports;
using LightningOps.Observability;

namespace LightningOps.Smoke.Observed;

/// <summary>What the Observability smoke found; members in the order of vectors/smoke/observability.json.</summary>
public sealed class ObservabilitySmokeResult : ISmokeResult, IReportable
{
    /// <inheritdoc/>
    public bool Ok => FailureReason is null;

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason { get; init; }

    /// <summary>Request it ran under.</summary>
    public required string RequestId { get; init; }

    /// <summary>Always <c>hosted-node</c>.</summary>
    public required string ExecutionPath { get; init; }

    /// <summary>Number of records.</summary>
    public int RecordCount => Records.Count;

    /// <summary>The nineteen members every record has.</summary>
    public IReadOnlyList<string> RequiredFieldKeys => ObservabilityKeys.Required;

    /// <summary>Those of them some record lacks.</summary>
    public required IReadOnlyList<string> MissingFieldKeys { get; init; }

    /// <summary>What ties the records together.</summary>
    public required ObservabilityCorrelation Correlation { get; init; }

    /// <summary>One record an operation, in order.</summary>
    public required IReadOnlyList<ObservabilityRecord> Records { get; init; }

    /// <summary>The result of some records.</summary>
    /// <param name="requestId">Request of the run.</param>
    /// <param name="records">What was observed.</param>
    /// <param name="failure">What else does not hold, or null.</param>
    internal static ObservabilitySmokeResult Of(string requestId, IReadOnlyList<ObservabilityRecord> records, string? failure)
    {
        var missing = ObservabilityKeys.MissingFrom(records);
        return new ObservabilitySmokeResult
        {
            RequestId = requestId,
            ExecutionPath = Reconcile.DeploymentMetadata.HostedNode,
            Records = records,
            MissingFieldKeys = missing.OrderBy(static key => key, System.StringComparer.Ordinal).ToArray(),
            Correlation = ObservabilityCorrelation.Of(records),
            FailureReason = failure ?? (missing.Count == 0 ? null : "records lack " + string.Join(", ", missing) + "."),
        };
    }

    RunReport IReportable.ToReport() => ObservabilityReport.Of(this);
}
