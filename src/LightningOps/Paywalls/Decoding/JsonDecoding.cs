using System;
using System.Text;
using System.Text.Json;

namespace LightningOps.Paywalls.Decoding;

/// <summary>Reads the current value of a cursor.</summary>
internal delegate T ValueDecoder<out T>(ref JsonCursor cursor);

/// <summary>Common handling of all decoders: the byte order mark, the end of the document, and one type of failure.</summary>
internal static class JsonDecoding
{
    // Utf8JsonReader's default.
    private const int MaxDepth = 64;

    /// <summary>The value of a whole document.</summary>
    /// <exception cref="ControlPlaneDecodeException">The document is not JSON, or has another form.</exception>
    public static T Decode<T>(ReadOnlySpan<byte> json, string source, StringPool strings, ValueDecoder<T> decode)
    {
        var path = new DecodePath(source);
        if (IsUtf16(json))
        {
            throw path.Failure("is UTF-16 text: save it as UTF-8");
        }

        try
        {
            var cursor = new JsonCursor(WithoutByteOrderMark(json), path, strings);
            var value = decode(ref cursor);
            cursor.RequireEnd();
            return value;
        }
        catch (JsonException e)
        {
            throw path.Malformed((e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1, e, IsTooDeep(json) ? "is nested more than 64 levels deep" : "is not valid JSON");
        }
        catch (Exception e) when (e is InvalidOperationException or DecoderFallbackException)
        {
            // The reader's way to report half a surrogate pair or a byte that is not UTF-8.
            throw path.Failure("is not valid Unicode text", e);
        }
    }

    // The reader reports a document beyond its maximum depth as it reports one that is not JSON.
    private static bool IsTooDeep(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(WithoutByteOrderMark(json), new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read())
            {
                if (reader.CurrentDepth >= MaxDepth && reader.TokenType is (JsonTokenType.StartObject or JsonTokenType.StartArray))
                {
                    return true;
                }
            }

            return false;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether it begins like UTF-16: with its byte order mark, with a NUL beside an ASCII character, which is not
    /// valid in JSON, or with half of such a line end.
    /// </summary>
    public static bool IsUtf16(ReadOnlySpan<byte> json) =>
        json.Length >= 2 ? (json[0], json[1]) is (0xFF, 0xFE) or (0xFE, 0xFF) || ((json[0] == 0) != (json[1] == 0))
        : json.Length == 1 && json[0] == 0;

    /// <summary>The document without a leading byte order mark.</summary>
    public static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> json) =>
        json.Slice(json.Length - WithoutByteOrderMark(json.Span).Length);

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> json) =>
        json.Length >= 3 && json[0] == 0xEF && json[1] == 0xBB && json[2] == 0xBF ? json.Slice(3) : json;
}
