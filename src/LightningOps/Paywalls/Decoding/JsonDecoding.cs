using System;
using System.Text;
using System.Text.Json;

namespace LightningOps.Paywalls.Decoding;

/// <summary>Reads the value a cursor stands on.</summary>
internal delegate T ValueDecoder<out T>(ref JsonCursor cursor);

/// <summary>The frame around every decoder: the byte order mark, the document's end, and one type of failure.</summary>
internal static class JsonDecoding
{
    /// <summary>The value of a whole document.</summary>
    /// <exception cref="ControlPlaneDecodeException">The document is not JSON, or not of the expected form.</exception>
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
            throw path.Malformed((e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1, e);
        }
        catch (Exception e) when (e is InvalidOperationException or DecoderFallbackException)
        {
            // How the reader says that a text has half a surrogate pair or a byte that is not UTF-8.
            throw path.Failure("is not valid Unicode text", e);
        }
    }

    /// <summary>Whether it begins as UTF-16 does: with its byte order mark, or with a NUL beside an ASCII character, which JSON cannot; or it is half of such a line end.</summary>
    public static bool IsUtf16(ReadOnlySpan<byte> json) =>
        json.Length >= 2 ? (json[0], json[1]) is (0xFF, 0xFE) or (0xFE, 0xFF) || ((json[0] == 0) != (json[1] == 0))
        : json.Length == 1 && json[0] == 0;

    /// <summary>The document after the byte order mark it may begin with.</summary>
    public static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> json) =>
        json.Slice(json.Length - WithoutByteOrderMark(json.Span).Length);

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> json) =>
        json.Length >= 3 && json[0] == 0xEF && json[1] == 0xBB && json[2] == 0xBF ? json.Slice(3) : json;
}
