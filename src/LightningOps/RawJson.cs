using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.Specialized;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LightningOps;

/// <summary>
/// A JSON value that is passed through unchanged (metadata, details), kept as text. White space between its tokens is
/// removed, because a line feed would split a record in a file with one record per line. An object is a dictionary of its
/// members, and an array a list of its elements, for scripts and ConvertTo-Json.
/// </summary>
public class JsonText : IEquatable<JsonText>
{
    private protected JsonText(string value) => Value = value;

    /// <summary>The JSON text of one value, without white space around or between its tokens.</summary>
    public string Value { get; }

    /// <summary>A value.</summary>
    /// <param name="json">The JSON text of one value; each of its tokens stays as it is, to the byte.</param>
    public static JsonText From(string json)
    {
        var text = WithoutWhiteSpace(json);
        return text.Length == 0 ? new JsonText(text) : text[0] switch
        {
            '{' => new JsonObjectText(text),
            '[' => new JsonArrayText(text),
            _ => new JsonText(text),
        };
    }

    /// <summary>A value of a text that may not be JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="value">The value.</param>
    /// <returns>False where the text is not one JSON value.</returns>
    public static bool TryFrom(string json, [NotNullWhen(true)] out JsonText? value)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            value = From(json);
            return true;
        }
        catch (JsonException)
        {
            value = null;
            return false;
        }
    }

    /// <summary>Whether both are the same text.</summary>
    public static bool operator ==(JsonText? left, JsonText? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether the texts differ.</summary>
    public static bool operator !=(JsonText? left, JsonText? right) => !(left == right);

    /// <summary>The JSON text.</summary>
    public sealed override string ToString() => Value;

    /// <summary>Whether it is the same text.</summary>
    public bool Equals(JsonText? other) => other is not null && string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as JsonText);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Value);

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

/// <summary>A JSON object: read-only, its members in the order of the text; the last of a name there twice.</summary>
internal sealed class JsonObjectText : JsonText, IDictionary
{
    private IDictionary? members;

    public JsonObjectText(string value)
        : base(value)
    {
    }

    public bool IsReadOnly => true;

    public bool IsFixedSize => true;

    public bool IsSynchronized => false;

    public object SyncRoot => this;

    public int Count => Members.Count;

    public ICollection Keys => Members.Keys;

    public ICollection Values => Members.Values;

    private IDictionary Members => members ??= JsonMembers.ReadObject(Value);

    public object? this[object key]
    {
        get => Members[key];
        set => throw JsonMembers.ReadOnly();
    }

    public bool Contains(object key) => Members.Contains(key);

    public IDictionaryEnumerator GetEnumerator() => Members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Members.GetEnumerator();

    public void CopyTo(Array array, int index) => Members.CopyTo(array, index);

    public void Add(object key, object? value) => throw JsonMembers.ReadOnly();

    public void Clear() => throw JsonMembers.ReadOnly();

    public void Remove(object key) => throw JsonMembers.ReadOnly();
}

/// <summary>A JSON array.</summary>
internal sealed class JsonArrayText : JsonText, IReadOnlyList<object?>
{
    private IReadOnlyList<object?>? elements;

    public JsonArrayText(string value)
        : base(value)
    {
    }

    public int Count => Elements.Count;

    private IReadOnlyList<object?> Elements => elements ??= JsonMembers.ReadArray(Value);

    public object? this[int index] => Elements[index];

    public IEnumerator<object?> GetEnumerator() => Elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Elements.GetEnumerator();
}

/// <summary>Reads the members of JSON texts as the values that scripts expect: whole numbers whole, whatever their size.</summary>
internal static class JsonMembers
{
    // As deep as a writer of JSON can be asked to go.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1000 };

    public static IDictionary ReadObject(string json)
    {
        var members = new OrderedDictionary();
        if (TryParse(json, out var document))
        {
            using (document)
            {
                foreach (var member in document.RootElement.EnumerateObject())
                {
                    members[member.Name] = ReadValue(member.Value);
                }
            }
        }

        return members;
    }

    public static IReadOnlyList<object?> ReadArray(string json)
    {
        if (!TryParse(json, out var document))
        {
            return Array.Empty<object?>();
        }

        using (document)
        {
            return document.RootElement.EnumerateArray().Select(ReadValue).ToArray();
        }
    }

    public static NotSupportedException ReadOnly() => new("The members of a JSON text cannot be changed. Change a copy: ConvertTo-Json, then ConvertFrom-Json.");

    private static bool TryParse(string json, [NotNullWhen(true)] out JsonDocument? document)
    {
        try
        {
            document = JsonDocument.Parse(json, Deep);
            return true;
        }
        catch (JsonException)
        {
            document = null;
            return false;
        }
    }

    private static object? ReadValue(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => ReadText(element),
        JsonValueKind.Number => ReadNumber(element),
        _ => JsonText.From(element.GetRawText()),
    };

    // Half of a surrogate pair cannot be unescaped: its escape is shown.
    private static string ReadText(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return element.GetRawText().Trim('"');
        }
    }

    private static object ReadNumber(JsonElement element)
    {
        var text = element.GetRawText();
        if (text.IndexOfAny(['.', 'e', 'E']) < 0)
        {
            // Each in its own type: of the three, the conditional operator would make the largest.
            return element.TryGetInt64(out var number) ? number
                : element.TryGetUInt64(out var large) ? (object)large
                : BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }

        return element.TryGetDecimal(out var exact) && exact.ToString(CultureInfo.InvariantCulture) == text ? exact
            : element.TryGetDouble(out var near) && !double.IsInfinity(near) ? (object)near
            : text;
    }
}

/// <summary>Passes a JSON value through as the text it came as.</summary>
internal sealed class JsonTextJsonConverter : JsonConverter<JsonText>
{
    public override bool CanConvert(Type typeToConvert) => typeof(JsonText).IsAssignableFrom(typeToConvert);

    public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return JsonText.From(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Value);
}
