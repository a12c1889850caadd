using System.IO;
using System.Text.Json;

namespace LightningOps.Status;

/// <summary>The only member of a smoke's summary.json that a status needs.</summary>
internal static class SmokeSummary
{
    /// <summary>Its member ok; null if the file is not a summary.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool? ReadOk(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("ok", out var ok)
                ? ok.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
