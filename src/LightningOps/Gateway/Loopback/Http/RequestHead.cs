using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>The line and the headers of a request.</summary>
/// <param name="Method">The method, as sent.</param>
/// <param name="Target">The target, as sent: visible ASCII and bytes above it, one character each.</param>
/// <param name="IsHttp11">HTTP/1.1; HTTP/1.0 otherwise.</param>
/// <param name="Headers">The header lines, one character per byte.</param>
/// <param name="Length">Bytes of the body; null when it is chunked; 0 when there is none.</param>
internal sealed record RequestHead(string Method, string Target, bool IsHttp11, HeaderLines Headers, long? Length)
{
    /// <summary>Whether the client waits for 100 Continue before it sends its body.</summary>
    public bool ExpectsContinue => IsHttp11 && Length != 0 && Headers.HasMember("Expect", "100-continue");

    /// <summary>Whether the client wants to reuse the connection.</summary>
    public bool KeepsAlive => IsHttp11 ? !Headers.HasMember("Connection", "close") : Headers.HasMember("Connection", "keep-alive");
}

/// <summary>
/// Parses the head of a request strictly by RFC 9112. Ambiguous input (folded lines, space before a colon, two
/// lengths, a length with chunks) is refused, which prevents request smuggling.
/// </summary>
internal static class RequestHeadParser
{
    private const string TokenMarks = "!#$%&'*+-.^_`|~";

    /// <summary>One character per byte.</summary>
    public static Encoding Latin1 { get; } = Encoding.GetEncoding("iso-8859-1");

    /// <summary>Reads a head.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="start">Index of its first byte.</param>
    /// <param name="length">Its length in bytes, including the empty line at its end.</param>
    /// <param name="mostHeaders">Maximum number of header lines.</param>
    /// <exception cref="BadRequestException">The head is not acceptable.</exception>
    public static RequestHead Parse(byte[] buffer, int start, int length, int mostHeaders)
    {
        var text = Latin1.GetString(buffer, start, length);
        var end = LineEnd(text, 0);
        var parts = text.Substring(0, end).Split(' ');
        if (parts.Length != 3 || !IsToken(parts[0]) || parts[1].Length == 0 || parts[1].Any(IsControl))
        {
            throw new BadRequestException("malformed request line");
        }

        var isHttp11 = parts[2] switch
        {
            "HTTP/1.1" => true,
            "HTTP/1.0" => false,
            _ when parts[2].StartsWith("HTTP/", StringComparison.Ordinal) => throw new BadRequestException("unsupported HTTP version", 505),
            _ => throw new BadRequestException("malformed HTTP version"),
        };
        var headers = Headers(text, end + 2, mostHeaders);
        CheckHost(headers, isHttp11);
        return new RequestHead(parts[0], parts[1], isHttp11, headers, BodyLength(headers, isHttp11));
    }

    private static HeaderLines Headers(string text, int at, int mostHeaders)
    {
        var headers = new HeaderLines();
        for (int end; (end = LineEnd(text, at)) > at; at = end + 2)
        {
            var colon = text.IndexOf(':', at, end - at);
            if (colon <= at || !IsToken(text, at, colon))
            {
                throw new BadRequestException("malformed header line");
            }

            if (headers.Count == mostHeaders)
            {
                throw new BadRequestException("too many header lines", 431);
            }

            var value = text.Substring(colon + 1, end - colon - 1).Trim(' ', '\t');
            if (value.Any(character => character != '\t' && IsControl(character)))
            {
                throw new BadRequestException("malformed header value");
            }

            headers.Add(text.Substring(at, colon - at), value);
        }

        return headers;
    }

    private static void CheckHost(HeaderLines headers, bool isHttp11)
    {
        var hosts = headers.Values("Host");
        if (hosts.Count > 1 || (hosts.Count == 0 && isHttp11))
        {
            throw new BadRequestException(hosts.Count == 0 ? "missing required Host header" : "too many Host headers");
        }

        if (hosts.Count == 1 && !RequestHost.IsValid(hosts[0]))
        {
            throw new BadRequestException("malformed Host header");
        }
    }

    private static long? BodyLength(HeaderLines headers, bool isHttp11)
    {
        var lengths = headers.Values("Content-Length");
        var codings = headers.Values("Transfer-Encoding");
        if (codings.Count > 0)
        {
            return lengths.Count > 0 || !isHttp11 ? throw new BadRequestException("Transfer-Encoding beside a length or in HTTP/1.0")
                : codings.Count == 1 && string.Equals(codings[0], "chunked", StringComparison.OrdinalIgnoreCase) ? null
                : throw new BadRequestException("unsupported transfer encoding", 501);
        }

        return lengths.Count == 0 ? 0
            : lengths.Count == 1 && lengths[0].Length is > 0 and <= 18 && long.TryParse(lengths[0], NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length
            : throw new BadRequestException("malformed Content-Length");
    }

    private static int LineEnd(string text, int from) => text.IndexOf("\r\n", from, StringComparison.Ordinal);

    private static bool IsControl(char character) => character is < ' ' or '\u007f';

    private static bool IsToken(string text) => text.Length > 0 && IsToken(text, 0, text.Length);

    private static bool IsToken(string text, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (text[i] is not ((>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9')) && TokenMarks.IndexOf(text[i]) < 0)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Valid characters of a Host header (RFC 3986, as in Go's httpguts.ValidHostHeader).</summary>
internal static class RequestHost
{
    private const string Marks = "!$%&'()*+,-.:;=[]_~";

    public static bool IsValid(string host)
    {
        foreach (var character in host)
        {
            if (character is not ((>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9')) && Marks.IndexOf(character) < 0)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A request that is not HTTP/1.1 or exceeds a limit. The connection ends with it.</summary>
internal sealed class BadRequestException : Exception
{
    public BadRequestException(string reason, int status = 400)
        : base(reason) => Status = status;

    /// <summary>The status of the answer.</summary>
    public int Status { get; }
}
