using System;
using System.IO;
using System.Text.Json;

namespace LightningOps.Json;

/// <summary>JSON that is written member by member, without the reflection of the general serializer.</summary>
internal static class JsonBytes
{
    /// <summary>The UTF-8 bytes written by <paramref name="write"/>.</summary>
    /// <param name="write">Writes one value.</param>
    /// <param name="options">Escaping and indentation.</param>
    public static byte[] Write(Action<Utf8JsonWriter> write, JsonWriterOptions options = default)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, options))
        {
            write(json);
        }

        return bytes.ToArray();
    }

    /// <summary>The UTF-8 bytes of an object.</summary>
    /// <param name="members">Writes its members.</param>
    /// <param name="options">Escaping and indentation.</param>
    public static byte[] WriteObject(Action<Utf8JsonWriter> members, JsonWriterOptions options = default) => Write(
        json =>
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        },
        options);

    /// <summary>Writes a member unless its value is missing.</summary>
    public static void WriteOptional(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>The text of a member; null if the element is not an object, or has no such text.</summary>
    public static string? FindText(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
