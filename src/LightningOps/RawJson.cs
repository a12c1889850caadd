using System;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LightningOps;

/// <summary>
/// A JSON value that is passed through unchanged (metadata, details), kept as text. White space between its tokens is
/// removed, because a line feed would split a record in a file with one record per line.
/// </summary>
public sealed record JsonText
{
    /// <summary>A value.</summary>
    /// <param name="value">The JSON text of one value; each of its tokens is kept unchanged.</param>
    public JsonText(string value) => Value = WithoutWhiteSpace(value);

    /// <summary>The JSON text of one value, without white space around or between its tokens.</summary>
    public string Value { get; }

    /// <summary>The JSON text.</summary>
    public override string ToString() => Value;

    private static string WithoutWhiteSpace(string json)
    {
        StringBuilder? kept = null;
        var isInText = false;
        for (var i = 0; i < json.Length; i++)
        {
            var letter = json[i];
            if (!isInText && letter is (' ' or '\t' or '\r' or '\n'))
            {
                kept ??= new StringBuilder(json, 0, i, json.Length);
                continue;
            }

            kept?.Append(letter);
            if (isInText && letter == '\\' && i + 1 < json.Length)
            {
                i++;
                kept?.Append(json[i]);
                continue;
            }

            isInText ^= letter == '"';
        }

        return kept?.ToString() ?? json;
    }
}

/// <summary>Passes the text of a JSON value through unchanged.</summary>
internal sealed class JsonTextJsonConverter : JsonConverter<JsonText>
{
    public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new JsonText(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Value);
}
