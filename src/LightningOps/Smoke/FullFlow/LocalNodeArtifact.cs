using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using LightningOps.Observability;

namespace LightningOps.Smoke.FullFlow;

/// <summary>
/// What a run on the local node left behind (output/l402-local-node-smoke-artifact.json): flows with their observability
/// records. Only which keys it has is asked here; a flow may also name request and proof in its own words.
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

    private LocalNodeArtifact(string path, bool isPresent, IReadOnlyCollection<string> keys)
    {
        Path = path;
        IsPresent = isPresent;
        Keys = keys;
    }

    public string Path { get; }

    public bool IsPresent { get; }

    /// <summary>The observability keys found in it; none when it is not there or no JSON.</summary>
    public IReadOnlyCollection<string> Keys { get; }

    public static string DefaultPath(string workingDirectory) => System.IO.Path.Combine(workingDirectory, "output", FileName);

    /// <summary>Reads a file.</summary>
    /// <exception cref="IOException">It is there and cannot be read.</exception>
    public static LocalNodeArtifact Read(string path)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            return new LocalNodeArtifact(path, isPresent: false, keys);
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = DeepestNesting });
            Collect(json.RootElement, keys);
        }
        catch (JsonException)
        {
            // Not JSON: it has no keys.
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
            var isOtherName = OtherNames.TryGetValue(member.Name, out var key);
            if (isOtherName ? IsText(member.Value) : ObservabilityKeys.Required.Contains(member.Name))
            {
                keys.Add(key ?? member.Name);
            }

            Collect(member.Value, keys);
        }
    }

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString());
}
