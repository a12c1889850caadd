using System.Collections.Generic;
using LightningOps.Artifacts;
using LightningOps.Compile;
using LightningOps.Paywalls;

namespace LightningOps.Reconcile;

/// <summary>The metadata of deployment records and gateway events (docs/reference/gateway.md#deployment-metadata, vectors/wire.json).</summary>
internal static class DeploymentMetadata
{
    public const string HostedNode = "hosted-node";

    private const string ParitySchemaVersion = "l402_run_artifact_v1";

    private static readonly string[] ParityKeys = ["executionPath", "requestId", "deploymentId", "configHash"];

    public static JsonText OfDeployment(
        string requestId, string deploymentId, ConfigHash configHash, CheckProgress progress, RolloutFailure? failure, ConfigHash? rolledBackFrom) =>
        new(ArtifactJson.Serialize(new
        {
            ExecutionPath = HostedNode,
            Correlation = new
            {
                RequestId = requestId,
                DeploymentId = deploymentId,
                ConfigHash = configHash,
                ParitySchemaVersion,
                ParityKeys,
            },
            Progress = progress,
            Failure = failure is null ? null : new { failure.Code, Stage = failure.StageName, failure.Reason },
            Rollback = rolledBackFrom is { } from ? new { RolledBackFrom = from } : null,
        }));

    public static JsonText OfEvent(CompiledRule rule, IReadOnlyDictionary<string, object> details) =>
        new(ArtifactJson.Serialize(new
        {
            ExecutionPath = HostedNode,
            RouteId = rule.RuleId,
            Details = details.Count == 0 ? null : details,
        }));
}
