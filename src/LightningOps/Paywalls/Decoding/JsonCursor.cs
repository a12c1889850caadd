using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace LightningOps.Paywalls.Decoding;

/// <summary>Reads one record after another from a document of a control plane, exactly as tolerantly as docs/reference/control-plane.md#decoding requires.</summary>
internal ref struct JsonCursor
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> json;
    private readonly DecodePath path;
    private readonly StringPool strings;
    private Utf8JsonReader reader;

    public JsonCursor(ReadOnlySpan<byte> json, DecodePath path, StringPool strings)
    {
        this.json = json;
        this.path = path;
        this.strings = strings;
        reader = new Utf8JsonReader(json);
        reader.Read();
    }

    /// <summary>The kind of the current value.</summary>
    public readonly JsonTokenType Token => reader.TokenType;

    /// <summary>Begins the current object.</summary>
    public void EnterObject()
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw path.Failure("must be an object");
        }

        path.Push();
    }

    /// <summary>
    /// Moves to the value of the next known member that is not null. At the end of the object it checks that all
    /// required members were present.
    /// </summary>
    public bool NextMember(ref MemberScan scan)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = scan.Names.Find(ref reader, scan.Expected);
            path.AtMember(member < 0 ? null : scan.Names[member]);
            if (member < 0)
            {
                reader.Skip();
                continue;
            }

            scan.Meet(member);
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null)
            {
                scan.MoveTo(member);
                return true;
            }
        }

        if (scan.IsIncomplete)
        {
            var missing = scan.GetMissing();
            path.AtMember(missing[0]);
            throw path.Failure(missing.Count == 1 ? "is missing" : "is missing, and so are " + string.Join(", ", missing.Skip(1)));
        }

        path.Pop();
        return false;
    }

    /// <summary>The failure of the current member.</summary>
    public Exception Failure(string reason) => path.Failure(reason);

    /// <summary>A text.</summary>
    public string ReadText()
    {
        RequireString();
        return reader.GetString()!;
    }

    /// <summary>A text that is likely to recur: an id, a host.</summary>
    public string ReadRepeatedText()
    {
        RequireString();
        if (reader.ValueIsEscaped)
        {
            return reader.GetString()!;
        }

        return strings.Find(reader.ValueSpan, out var slot) ?? strings.Keep(reader.GetString()!, slot);
    }

    /// <summary>A Boolean.</summary>
    public bool ReadFlag() => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw path.Failure("must be true or false"),
    };

    /// <summary>A 64-bit integer, as a number or as a decimal string.</summary>
    public long ReadInteger()
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            // A JavaScript or PHP backend may write 2500 as 2500.0.
            return reader.TryGetInt64(out var value) ? value
                : reader.TryGetDecimal(out var exact) && decimal.Truncate(exact) == exact && exact is >= long.MinValue and <= long.MaxValue ? (long)exact
                : throw NotAnInteger();
        }

        return reader.TokenType == JsonTokenType.String
            && long.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed)
                ? parsed
                : throw NotAnInteger();
    }

    /// <summary>An enum; its protobuf <c>…_UNSPECIFIED</c> form counts as missing.</summary>
    public T ReadEnum<T>(EnumNames<T> names)
        where T : struct, Enum
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (names.TryFind(ref reader, out var value))
            {
                return value;
            }

            if (names.IsUnspecified(ref reader))
            {
                throw path.Failure("is missing");
            }
        }

        throw path.Failure("must be one of " + string.Join(", ", names.Plain));
    }

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> ReadTexts()
    {
        EnterArray();
        var texts = new List<string>();
        while (NextElement(texts.Count))
        {
            texts.Add(ReadRepeatedText());
        }

        return texts.ToArray();
    }

    /// <summary>An object of texts, by name; null when it is empty.</summary>
    public IReadOnlyDictionary<string, string>? ReadTextMap()
    {
        EnterObject();
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            path.AtMember(name);
            reader.Read();
            RequireString();
            if (texts.ContainsKey(name))
            {
                throw path.Failure("is there twice");
            }

            texts.Add(name, reader.GetString()!);
        }

        path.Pop();
        return texts.Count == 0 ? null : texts;
    }

    /// <summary>Any value, unchanged.</summary>
    public JsonText ReadRaw()
    {
        var (start, length) = SkipValue();
        return JsonText.From(StrictUtf8.GetString(json.Slice(start, length).ToArray()));
    }

    /// <summary>Skips a value and returns its place in the document.</summary>
    public (int Start, int Length) SkipValue()
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return (start, (int)reader.BytesConsumed - start);
    }

    /// <summary>Begins the current array.</summary>
    public void EnterArray()
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw path.Failure("must be a list");
        }

        path.Push();
    }

    /// <summary>Moves to the element at <paramref name="index"/>; false at the end of the array.</summary>
    public bool NextElement(int index)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            path.Pop();
            return false;
        }

        path.AtElement(index);
        return true;
    }

    /// <summary>Checks that nothing but white space follows the document's value.</summary>
    public void RequireEnd() => reader.Read();

    private void RequireString()
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw path.Failure("must be a text");
        }
    }

    private Exception NotAnInteger() => path.Failure("must be a 64-bit integer");
}
