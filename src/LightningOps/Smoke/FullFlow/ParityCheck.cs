using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LightningOps.Files;
using LightningOps.Json;
using LightningOps.Observability;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.Smoke.FullFlow;

/// <summary>Compares the keys of the hosted records with those of the local node's artifact (docs/reference/smokes.md#local-parity).</summary>
internal static class ParityCheck
{
    private static readonly string[] RequiredKeys = ["executionPath", "requestId", "taskId", "paymentProofRef"];

    /// <summary>Runs both parity checks of a full flow as its last stage.</summary>
    /// <param name="report">The flow.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="records">The hosted records.</param>
    /// <param name="localArtifact">File of the local node's artifact.</param>
    /// <param name="isStrict">Whether the file must exist and be complete.</param>
    /// <exception cref="FlowCheckException">A check failed.</exception>
    public static void Make(FullFlowReport report, FlowStage stage, IReadOnlyList<ObservabilityRecord> records, string localArtifact, bool isStrict)
    {
        stage.Check(FullFlowChecks.HostedParity);
        var local = Read(localArtifact);
        var parity = Compare(GetKeys(records), local);
        report.Parity = parity;
        stage.Details["localArtifactPresent"] = parity.LocalArtifactPresent;
        stage.Details["localArtifactPath"] = parity.LocalArtifactPath;
        stage.Details["hostedMissingKeys"] = parity.HostedMissingKeys;
        stage.Details["localMissingKeys"] = parity.LocalMissingKeys;
        Require(parity.HostedMissingKeys.Count == 0, "full_flow_missing_hosted_parity_keys", string.Join(",", parity.HostedMissingKeys));
        stage.Check(FullFlowChecks.LocalParity);
        Require(!isStrict || local.IsPresent, "full_flow_local_artifact_missing", local.Path);
        Require(!isStrict || parity.LocalMissingKeys.Count == 0, "full_flow_missing_local_parity_keys", string.Join(",", parity.LocalMissingKeys) + (local.Problem is { } problem ? " (" + local.Path + " " + problem + ")" : string.Empty));
    }

    /// <summary>Whether both sides must have a key.</summary>
    public static bool IsRequired(string key) => Array.IndexOf(RequiredKeys, key) >= 0;

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

    /// <summary>The keys in the JSON; members missing from it do not count.</summary>
    private static HashSet<string> GetKeys(IReadOnlyList<ObservabilityRecord> records)
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

/// <summary>
/// The artifact of a run on the local node (output/l402-local-node-smoke-artifact.json): an object whose <c>flows</c>
/// contain observability records. Only its keys are read; a flow may use other names for request and proof.
/// </summary>
internal sealed class LocalNodeArtifact
{
    public const string FileName = "l402-local-node-smoke-artifact.json";

    private const int DeepestNesting = 32;

    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal)
    {
        ["createRequestId"] = "requestId",
        ["proofReference"] = "paymentProofRef",
    };

    private LocalNodeArtifact(string path, bool isPresent, IReadOnlyCollection<string> keys, string? problem = null)
    {
        Path = path;
        IsPresent = isPresent;
        Keys = keys;
        Problem = problem;
    }

    public string Path { get; }

    public bool IsPresent { get; }

    /// <summary>The observability keys found in its flows; none if the file is missing or is not JSON. One of the compared keys counts only if its value is text that is not blank.</summary>
    public IReadOnlyCollection<string> Keys { get; }

    /// <summary>Why the file has no readable flows; null if it has some, or is missing.</summary>
    public string? Problem { get; }

    public static string DefaultPath(string workingDirectory) => System.IO.Path.Combine(workingDirectory, "output", FileName);

    /// <summary>Reads a file.</summary>
    /// <exception cref="IOException">The file exists but cannot be read.</exception>
    public static LocalNodeArtifact Read(string path)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            return new LocalNodeArtifact(path, isPresent: false, keys);
        }

        var bytes = File.ReadAllBytes(path);
        if (JsonDecoding.IsUtf16(bytes))
        {
            return new LocalNodeArtifact(path, isPresent: true, keys, "is UTF-16 text: save it as UTF-8");
        }

        try
        {
            using var json = JsonDocument.Parse(JsonDecoding.WithoutByteOrderMark(bytes), new JsonDocumentOptions { MaxDepth = DeepestNesting });
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("flows", out var flows) || flows.ValueKind != JsonValueKind.Array)
            {
                return new LocalNodeArtifact(path, isPresent: true, keys, "is not an object with a list named flows");
            }

            Collect(flows, keys);
        }
        catch (JsonException failure)
        {
            return new LocalNodeArtifact(path, isPresent: true, keys, FormattableString.Invariant($"is not JSON: line {(failure.LineNumber ?? 0) + 1}, byte {(failure.BytePositionInLine ?? 0) + 1}"));
        }

        return new LocalNodeArtifact(path, isPresent: true, keys);
    }

    private static void Collect(JsonElement element, HashSet<string> keys)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Collect(item, keys);
            }
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in element.EnumerateObject())
        {
            var key = OtherNames.TryGetValue(member.Name, out var other) ? other : member.Name;
            if (ParityCheck.IsRequired(key) ? IsText(member.Value) : ObservabilityKeys.Required.Contains(key))
            {
                keys.Add(key);
            }

            Collect(member.Value, keys);
        }
    }

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString());
}

/// <summary>
/// Writes the buyer's records of a local run as the local node's artifact, in the form that the full flow of other
/// modes compares with (-LocalArtifact).
/// </summary>
internal static class LocalNodeRecord
{
    /// <summary>Writes the artifact into a folder, which is created if missing.</summary>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Write(string folder, LocalSale sale, ObservabilityRecord purchase, long atMs)
    {
        var artifact = new
        {
            GeneratedAtMs = atMs,
            Flows = new[]
            {
                new
                {
                    Flow = "paid_request",
                    sale.TaskId,
                    CreateRequestId = sale.RequestId,
                    sale.ProofReference,
                    TransitionRequestIds = new[] { sale.RequestId },
                    ObservabilityRecords = new[] { purchase with { TaskId = sale.TaskId, ExecutionPath = ExecutionPath.LocalNode } },
                },
            },
        };
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, LocalNodeArtifact.FileName);
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(ArtifactJson.Serialize(artifact, indented: true) + "\n"));
        return file;
    }
}
