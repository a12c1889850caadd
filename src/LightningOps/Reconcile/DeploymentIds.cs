using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Json;
using LightningOps.Observability;

namespace LightningOps.Reconcile;

/// <summary>Deployment ids from request ids (docs/reference/gateway.md#deployment-ids): equal requests give equal ids.</summary>
internal static class DeploymentIds
{
    private const int MaxRequestLength = 90;
    private const string Reconcile = "dep_reconcile_";

    public static string ForCompile(string requestId) => "dep_compile_" + Sanitised(requestId);

    public static string ForReconcile(string requestId) => Reconcile + Sanitised(requestId);

    /// <summary>Whether a roll-out recorded it, not a compile, a close or a reopening.</summary>
    public static bool IsOfReconcile(string deploymentId) => deploymentId.StartsWith(Reconcile, StringComparison.Ordinal);

    public static string ForClosing(string requestId) => "dep_close_" + Sanitised(requestId);

    public static string ForReopening(string requestId) => "dep_reopen_" + Sanitised(requestId);

    /// <summary>
    /// The request id of one gateway among several. Its place is kept when the id is cut, so that two gateways never
    /// share a deployment.
    /// </summary>
    public static string GetRequestId(string requestId, int place)
    {
        var suffix = ":" + place.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return requestId.Substring(0, Math.Min(requestId.Length, MaxRequestLength - suffix.Length)) + suffix;
    }

    private static string Sanitised(string requestId)
    {
        var kept = string.Concat(requestId.Take(MaxRequestLength).Select(character => IsKept(character) ? character : '_'));
        return kept.Length == 0 ? "run" : kept;
    }

    private static bool IsKept(char character) =>
        character is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '0' and <= '9' or '_' or '-';
}

/// <summary>The metadata of deployment records and gateway events (docs/reference/gateway.md#deployment-metadata, vectors/wire.json).</summary>
internal static class DeploymentMetadata
{
    private const string ParitySchemaVersion = "l402_run_artifact_v1";

    private static readonly string[] ParityKeys = ["executionPath", "requestId", "deploymentId", "configHash"];

    public static JsonText ForDeployment(
        string requestId, string deploymentId, string configHash, CheckProgress progress, RolloutFailure? failure, string? rolledBackFrom) =>
        JsonText.From(ArtifactJson.Serialize(new
        {
            ExecutionPath = ExecutionPaths.HostedNode,
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

    public static JsonText ForEvent(CompiledRule rule, IReadOnlyDictionary<string, object> details) =>
        JsonText.From(ArtifactJson.Serialize(new
        {
            ExecutionPath = ExecutionPaths.HostedNode,
            RouteId = rule.RuleId,
            Details = details.Count == 0 ? null : details,
        }));
}

/// <summary>Makes the roll-out for a gateway.</summary>
internal static class GatewayRolloutFactory
{
    public static GatewayRollout Create(ReconcileOptions options, CompileResult compile, DenyRules? denied) => new()
    {
        RequestId = options.RequestId,
        DeploymentId = DeploymentIds.ForReconcile(options.RequestId),
        ConfigHash = compile.ConfigHash,
        Artifact = compile.Artifact,
        Rules = compile.Rules,
        Prune = options.Prune,
        AllowMissingFeatures = options.AllowMissingFeatures,
        OverrideStop = options.OverrideStop,
        AllowOrderLoss = options.AllowOrderLoss,
        AllowDynamicPriceLoss = options.AllowDynamicPriceLoss,
        IsPaused = denied is { IsPaused: true },
        CloseOthers = options.CloseOthers && denied is { IsEverything: true },
    };
}
