using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using LightningOps.Artifacts;
using LightningOps.Observability;

namespace LightningOps.Smoke.FullFlow;

/// <summary>Compares the keys of the hosted records with those of the local node's artifact (docs/reference/smokes.md#local-parity).</summary>
internal static class ParityCheck
{
    private static readonly string[] RequiredKeys = ["executionPath", "requestId", "taskId", "paymentProofRef"];

    /// <summary>Makes both parity checks of a full flow as its last stage.</summary>
    /// <param name="report">The flow.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="records">The hosted records.</param>
    /// <param name="localArtifact">File of the local node's artifact.</param>
    /// <param name="isStrict">Whether the file must be there and complete.</param>
    /// <exception cref="FlowCheckException">A check did not pass.</exception>
    public static void Make(FullFlowReport report, FlowStage stage, IReadOnlyList<ObservabilityRecord> records, string localArtifact, bool isStrict)
    {
        stage.Check(FullFlowChecks.HostedParity);
        var local = Read(localArtifact);
        var parity = Compare(KeysOf(records), local);
        report.Parity = parity;
        stage.Details["localArtifactPresent"] = parity.LocalArtifactPresent;
        stage.Details["localArtifactPath"] = parity.LocalArtifactPath;
        stage.Details["hostedMissingKeys"] = parity.HostedMissingKeys;
        stage.Details["localMissingKeys"] = parity.LocalMissingKeys;
        Require(parity.HostedMissingKeys.Count == 0, "full_flow_missing_hosted_parity_keys", string.Join(",", parity.HostedMissingKeys));
        stage.Check(FullFlowChecks.LocalParity);
        Require(!isStrict || local.IsPresent, "full_flow_local_artifact_missing", local.Path);
        Require(!isStrict || parity.LocalMissingKeys.Count == 0, "full_flow_missing_local_parity_keys", string.Join(",", parity.LocalMissingKeys));
    }

    private static LocalNodeArtifact Read(string path)
    {
        try
        {
            return LocalNodeArtifact.Read(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FlowCheckException("full_flow_local_artifact_unreadable", path + ": " + failure.Message);
        }
    }

    private static FullFlowParity Compare(HashSet<string> hosted, LocalNodeArtifact local) => new()
    {
        RequiredKeys = RequiredKeys,
        HostedKeys = Sorted(hosted),
        HostedMissingKeys = RequiredKeys.Where(key => !hosted.Contains(key)).ToArray(),
        LocalArtifactPath = local.Path,
        LocalArtifactPresent = local.IsPresent,
        LocalKeys = Sorted(local.Keys),
        LocalMissingKeys = RequiredKeys.Where(key => !local.Keys.Contains(key)).ToArray(),
        SharedKeys = Sorted(hosted.Where(local.Keys.Contains)),
    };

    /// <summary>The keys as they are written: what a record does not have in its JSON it does not have.</summary>
    private static HashSet<string> KeysOf(IReadOnlyList<ObservabilityRecord> records)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            using var json = JsonSerializer.SerializeToDocument(record, ArtifactJson.Options);
            keys.UnionWith(json.RootElement.EnumerateObject().Select(static member => member.Name).Where(ObservabilityKeys.Required.Contains));
        }

        return keys;
    }

    private static string[] Sorted(IEnumerable<string> keys) => keys.OrderBy(static key => key, StringComparer.Ordinal).ToArray();

    private static void Require(bool holds, string code, string reason)
    {
        if (!holds)
        {
            throw new FlowCheckException(code, reason);
        }
    }
}
