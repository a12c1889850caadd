using System.Collections;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;

namespace LightningOps.Json;

/// <summary>
/// Diagnostics in the form of <see cref="ArtifactJson" />, without its reflection. The first compile of a session
/// records some, and the general serializer would cost it a quarter of its start-up.
/// </summary>
internal static class DiagnosticJson
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = MinimalJsonEncoder.Instance };

    /// <summary>The JSON array of <paramref name="diagnostics"/>.</summary>
    public static string Serialize(IReadOnlyList<Diagnostic> diagnostics) => Encoding.UTF8.GetString(JsonBytes.Write(
        json =>
        {
            json.WriteStartArray();
            foreach (var diagnostic in diagnostics)
            {
                Write(json, diagnostic);
            }

            json.WriteEndArray();
        },
        WriterOptions));

    private static void Write(Utf8JsonWriter json, Diagnostic diagnostic)
    {
        json.WriteStartObject();
        json.WriteString("code", diagnostic.Code);
        json.WriteString("severity", diagnostic.Severity.ToString().ToLowerInvariant());
        json.WriteString("message", diagnostic.Message);
        json.WriteOptional("paywallId", diagnostic.PaywallId);
        json.WriteOptional("routeId", diagnostic.RouteId);
        json.WriteOptional("relatedRouteId", diagnostic.RelatedRouteId);
        if (diagnostic.Details is { } details)
        {
            json.WritePropertyName("details");
            Write(json, details);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IDictionary details)
    {
        json.WriteStartObject();
        foreach (DictionaryEntry member in details)
        {
            json.WritePropertyName((string)member.Key);
            WriteValue(json, member.Value);
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case IEnumerable<string> texts:
                json.WriteStartArray();
                foreach (var text in texts)
                {
                    json.WriteStringValue(text);
                }

                json.WriteEndArray();
                break;
            default:
                JsonSerializer.Serialize(json, value, value.GetType(), ArtifactJson.Options);
                break;
        }
    }
}
