using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace LightningOps.Json;

/// <summary>A number of JSON in its exact text.</summary>
/// <param name="Text">Its digits, sign and exponent.</param>
public sealed record JsonNumber(string Text);

/// <summary>JSON of plain values with unchanged names: the body of a request.</summary>
public static class PlainJson
{
    /// <summary>The UTF-8 bytes of a value.</summary>
    /// <param name="value">
    /// Null, a text, a bool, a time, a <see cref="JsonNumber"/>, an object as a list of key and value, or an array as a list.
    /// </param>
    /// <exception cref="ArgumentException">The value has another type.</exception>
    public static byte[] ToUtf8(object? value) => JsonBytes.Write(json => Write(json, value));

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

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case DateTime time:
                json.WriteStringValue(time);
                break;
            case DateTimeOffset time:
                json.WriteStringValue(time);
                break;
            case JsonNumber number:
                json.WriteRawValue(number.Text);
                break;
            case IReadOnlyList<KeyValuePair<string, object?>> members:
                json.WriteStartObject();
                foreach (var member in members)
                {
                    json.WritePropertyName(member.Key);
                    Write(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case IReadOnlyList<object?> elements:
                json.WriteStartArray();
                foreach (var element in elements)
                {
                    Write(json, element);
                }

                json.WriteEndArray();
                break;
            default:
                throw new ArgumentException("cannot be written as JSON", nameof(value));
        }
    }
}
