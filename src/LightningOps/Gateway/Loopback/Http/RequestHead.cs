using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>The line and the headers of a request.</summary>
/// <param name="Method">The method, as sent.</param>
/// <param name="Target">The target, as sent: a byte is a character.</param>
/// <param name="Uri">The target as it is read.</param>
/// <param name="IsHttp11">HTTP/1.1 and later minor versions; HTTP/1.0 otherwise.</param>
/// <param name="Headers">The header lines; a byte is a character.</param>
/// <param name="Length">Bytes of the body; null when it is chunked; 0 when there is none.</param>
internal sealed record RequestHead(string Method, string Target, RequestUri Uri, bool IsHttp11, HeaderLines Headers, long? Length)
{
    /// <summary>Whether the client waits for 100 Continue before it sends its body.</summary>
    public bool ExpectsContinue => IsHttp11 && Length != 0 && Headers.HasToken("Expect", "100-continue");

    /// <summary>Whether the client expects something else, which no server does.</summary>
    public bool ExpectsMore => Headers.Find("Expect") is { Length: > 0 } && !Headers.HasToken("Expect", "100-continue");

    /// <summary>Whether the client wants to go on using the connection.</summary>
    public bool KeepsAlive => IsHttp11
        ? !Headers.HasMember("Connection", "close") && !Headers.HasToken("Connection", "close")
        : Headers.HasToken("Connection", "keep-alive");
}

/// <summary>
/// Reads the head of a request as Go's net/http does, with its checks in their order. What another server might read in
/// another way (a line that ends with a line feed alone, a folded line, a length beside chunks) is read as Go reads it, and
/// is passed on in one form alone.
/// </summary>
internal static class RequestHeadParser
{
    private const string TokenMarks = "!#$%&'*+-.^_`|~";
    private const string HttpVersion = "HTTP/";

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
        var line = ReadLine(text, 0, out var next);
        var first = line.IndexOf(' ');
        var second = first < 0 ? -1 : line.IndexOf(' ', first + 1);
        if (second < 0 || !IsToken(line.Substring(0, first)))
        {
            throw new BadRequestException("malformed request line");
        }

        var (major, minor) = ParseVersion(line.Substring(second + 1));
        var (method, target) = (line.Substring(0, first), line.Substring(first + 1, second - first - 1));
        if (target.Length == 0 || target.Any(IsControl))
        {
            throw new BadRequestException("malformed request target");
        }

        var uri = RequestUri.Parse(method, target);
        var headers = Headers(text, ref next, mostHeaders, out var hasInvalidName);
        if (headers.Values("Host").Count > 1)
        {
            throw new BadRequestException("too many Host headers");
        }

        var isHttp11 = major > 1 || (major == 1 && minor > 0);
        var bodyLength = BodyLength(headers, isHttp11);
        if (major != 1)
        {
            throw new BadRequestException("unsupported protocol version", 505, isTold: true);
        }

        CheckHost(headers, isHttp11 && method != "CONNECT");
        return hasInvalidName
            ? throw new BadRequestException("invalid header name", isTold: true)
            : new RequestHead(method, target, uri, isHttp11, headers, bodyLength);
    }

    /// <summary>Reads the trailers behind a chunked body, which are not kept.</summary>
    /// <param name="lines">Their lines with ends, an empty one among them.</param>
    /// <returns>Their length with the first empty line.</returns>
    /// <exception cref="BadRequestException">A line is malformed.</exception>
    public static int PassTrailers(string lines)
    {
        var end = 0;
        Headers(lines, ref end, int.MaxValue, out _);
        return end;
    }

    // ParseHTTPVersion: a digit, a point and a digit.
    private static (int Major, int Minor) ParseVersion(string version) =>
        version.Length == HttpVersion.Length + 3 && version.StartsWith(HttpVersion, StringComparison.Ordinal) && version[6] == '.' && version[5] is >= '0' and <= '9' && version[7] is >= '0' and <= '9'
            ? (version[5] - '0', version[7] - '0')
            : throw new BadRequestException("malformed HTTP version");

    // textproto, readMIMEHeader: a line that begins with a space goes on with the one before.
    private static HeaderLines Headers(string text, ref int at, int mostHeaders, out bool hasInvalidName)
    {
        var headers = new HeaderLines();
        hasInvalidName = false;
        for (var line = ReadLine(text, at, out at); line.Length > 0; line = ReadLine(text, at, out at))
        {
            var colon = line.IndexOf(':');
            if (colon <= 0 || IsSpace(line[0]))
            {
                throw new BadRequestException("malformed header line");
            }

            if (headers.Count == mostHeaders)
            {
                throw new BadRequestException("too many header lines", 431);
            }

            var value = line.Substring(colon + 1).Trim(' ', '\t');
            while (at < text.Length && IsSpace(text[at]))
            {
                value += " " + ReadLine(text, at, out at).Trim(' ', '\t');
            }

            var name = line.Substring(0, colon);
            if (value.Any(IsControlInValue) || name.Any(static one => one != ' ' && !IsTokenCharacter(one)))
            {
                throw new BadRequestException("malformed header line");
            }

            hasInvalidName |= name.IndexOf(' ') >= 0;
            headers.Add(name, value.Trim(' ', '\t'));
        }

        return headers;
    }

    private static void CheckHost(HeaderLines headers, bool isRequired)
    {
        var host = headers.Find("Host");
        if (host is null ? isRequired : !RequestHost.IsValid(host))
        {
            throw new BadRequestException(host is null ? "missing required Host header" : "malformed Host header", isTold: true);
        }
    }

    // readTransfer: chunks go before a length, and HTTP/1.0 has none.
    private static long? BodyLength(HeaderLines headers, bool isHttp11)
    {
        var codings = isHttp11 ? headers.Values("Transfer-Encoding") : Array.Empty<string>();
        if (codings.Count > 1 || (codings.Count == 1 && !string.Equals(codings[0], "chunked", StringComparison.OrdinalIgnoreCase)))
        {
            throw new BadRequestException("unsupported transfer encoding", 501);
        }

        var lengths = headers.Values("Content-Length");
        var length = 0L;
        if (lengths.Count > 0 && (lengths.Any(other => other != lengths[0]) || lengths[0].Length is 0 or > 40 || !long.TryParse(lengths[0], NumberStyles.None, CultureInfo.InvariantCulture, out length)))
        {
            throw new BadRequestException("malformed Content-Length");
        }

        if (codings.Count == 0)
        {
            return length;
        }

        return headers.Members("Trailer").Any(IsFraming) ? throw new BadRequestException("bad trailer key") : null;
    }

    private static bool IsFraming(string name) =>
        name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase) || name.Equals("Trailer", StringComparison.OrdinalIgnoreCase) || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase);

    // A line without its end, which is a line feed or a carriage return and one.
    private static string ReadLine(string text, int from, out int next)
    {
        var feed = text.IndexOf('\n', from);
        next = feed < 0 ? text.Length : feed + 1;
        var end = feed < 0 ? text.Length : feed > from && text[feed - 1] == '\r' ? feed - 1 : feed;
        return text.Substring(from, end - from);
    }

    private static bool IsSpace(char character) => character is ' ' or '\t';

    private static bool IsControl(char character) => character is < ' ' or '\u007f';

    private static bool IsControlInValue(char character) => character != '\t' && IsControl(character);

    /// <summary>Whether text is a token, as a method is (RFC 9110, 5.6.2).</summary>
    public static bool IsToken(string text) => text.Length > 0 && IsToken(text, 0, text.Length);

    private static bool IsToken(string text, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (!IsTokenCharacter(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsTokenCharacter(char one) => one is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || TokenMarks.IndexOf(one) >= 0;
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
    public BadRequestException(string reason, int status = 400, bool isTold = false)
        : base(reason)
    {
        Status = status;
        IsTold = isTold;
    }

    /// <summary>The status of the answer.</summary>
    public int Status { get; }

    /// <summary>Whether the client is told the reason: Go's server tells few.</summary>
    public bool IsTold { get; }
}
