using System.Linq;
using System.Text.Json;

namespace LightningOps.Json;

/// <summary>Texts of JSON.</summary>
public static class JsonText
{
    /// <summary>The elements of a list, as written; null for a text that is not a JSON list.</summary>
    /// <param name="json">The text.</param>
    public static string[]? SplitList(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement.EnumerateArray().Select(static element => element.GetRawText()).ToArray() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
