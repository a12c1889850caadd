using System;
using System.Globalization;
using System.Net;
using System.Text;

namespace LightningOps.Gateway.AccessLogs;

/// <summary>Reads the lines of an access log. Each line is read by itself, so that a damaged one affects no other.</summary>
internal sealed class AccessLogLine
{
    private const string ApertureMark = " PRXY: ";
    private const string ApertureRequest = " - - \"";
    private readonly string? hostName;
    private readonly bool isGiven;
    private AccessLogFormat format;

    /// <param name="format">The format of the lines.</param>
    /// <param name="hostName">Host of requests whose line has none; null if every line has one.</param>
    public AccessLogLine(AccessLogFormat format, string? hostName)
    {
        this.format = format;
        isGiven = format != AccessLogFormat.Auto;
        this.hostName = hostName is null ? null : WithoutDefaultPort(hostName);
    }

    /// <summary>The format, once it is known.</summary>
    public AccessLogFormat Format => format;

    /// <summary>Whether a request had no host, and no default was given.</summary>
    public bool LacksHost { get; private set; }

    /// <summary>Reads a line.</summary>
    /// <returns>The request; null if the line is not a request (<see cref="IsOther" />) or cannot be read.</returns>
    public LoggedRequest? Read(string line)
    {
        IsOther = false;
        if (string.IsNullOrWhiteSpace(line))
        {
            IsOther = true;
            return null;
        }

        if (format == AccessLogFormat.Auto)
        {
            format = Detect(line);
            if (format == AccessLogFormat.Auto)
            {
                return null;
            }
        }

        return format switch
        {
            AccessLogFormat.Json => WithHost(JsonLogLine.Read(line)),
            AccessLogFormat.Aperture => ReadAperture(line),
            _ => ReadCombined(line, isGiven ? format == AccessLogFormat.VhostCombined : BeginsWithHost(line, mayBeAddress: format == AccessLogFormat.VhostCombined)),
        };
    }

    /// <summary>Whether the line just read is not a request: a blank line, or another line of Aperture's log.</summary>
    public bool IsOther { get; private set; }

    private static AccessLogFormat Detect(string line)
    {
        if (line.TrimStart().StartsWith("{", StringComparison.Ordinal))
        {
            return AccessLogFormat.Json;
        }

        if (IsApertureLine(line))
        {
            return AccessLogFormat.Aperture;
        }

        var bracket = line.IndexOf(" [", StringComparison.Ordinal);
        if (bracket < 0 || line.IndexOf('"', bracket) < 0)
        {
            return AccessLogFormat.Auto;
        }

        return BeginsWithHost(line) ? AccessLogFormat.VhostCombined : AccessLogFormat.Combined;
    }

    /// <summary>
    /// Whether the virtual host precedes the client. Client, identity and user precede the time. One more field is the
    /// host if it has a port, as Apache writes it, or if an address follows, as nginx writes <c>$host $remote_addr</c>.
    /// </summary>
    private static bool BeginsWithHost(string line, bool mayBeAddress = false)
    {
        var bracket = line.IndexOf(" [", StringComparison.Ordinal);
        var fields = bracket < 0 ? [] : line.Substring(0, bracket).Split([' '], StringSplitOptions.RemoveEmptyEntries);
        return fields.Length >= 4
            && (mayBeAddress || !IsAddress(fields[0]))
            && (IsAddress(fields[1]) || (fields[0].LastIndexOf(':') is var colon and > 0 && int.TryParse(fields[0].Substring(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)));
    }

    // nginx writes "unix:" for a client at a socket.
    private static bool IsAddress(string field) => field == "unix:" || (field.IndexOfAny(['.', ':']) > -1 && IPAddress.TryParse(field, out _));

    // 2026-11-29 12:34:04.329 [INF] PRXY: …
    private static bool IsApertureLine(string line) =>
        line.Length > 30 && line[4] == '-' && line[23] == ' ' && line[24] == '[' && line.IndexOf("] ", 24, StringComparison.Ordinal) is > 0 and < 32;

    private LoggedRequest? ReadAperture(string line)
    {
        var request = line.IndexOf(ApertureRequest, StringComparison.Ordinal);
        if (request < 0 || line.IndexOf(ApertureMark, StringComparison.Ordinal) is var mark && (mark < 0 || mark > request))
        {
            IsOther = true;
            return null;
        }

        // Its quotes are not escaped, so the version ends the request.
        var begin = request + ApertureRequest.Length;
        var end = line.IndexOf(" HTTP/", begin, StringComparison.Ordinal);
        return end < 0 ? null : WithHost(ReadRequest(line.Substring(begin, end - begin)));
    }

    private LoggedRequest? ReadCombined(string line, bool hasHost)
    {
        var bracket = line.IndexOf("] \"", StringComparison.Ordinal);
        if (bracket < 0)
        {
            return null;
        }

        var begin = bracket + 3;
        var end = begin;
        while (end < line.Length && line[end] != '"')
        {
            end += line[end] == '\\' ? 2 : 1;
        }

        if (end >= line.Length)
        {
            return null;
        }

        var text = line.Substring(begin, end - begin);
        var version = text.LastIndexOf(" HTTP/", StringComparison.Ordinal);
        if (version < 0 || ReadRequest(Unescape(text.Substring(0, version))) is not { } request)
        {
            return null;
        }

        return hasHost ? request with { Host = WithoutDefaultPort(line.Substring(0, line.IndexOf(' '))) }
            : format == AccessLogFormat.VhostCombined && hostName is null ? null
            : WithHost(request);
    }

    private static LoggedRequest? ReadRequest(string text)
    {
        var blank = text.IndexOf(' ');
        return blank <= 0 || blank == text.Length - 1 ? null : new LoggedRequest(text.Substring(0, blank), string.Empty, text.Substring(blank + 1));
    }

    private LoggedRequest? WithHost(LoggedRequest? read)
    {
        if (read is not { } request || request.Host.Length > 0 || request.Target.IndexOf("://", StringComparison.Ordinal) > 0)
        {
            return read;
        }

        LacksHost |= hostName is null;
        return hostName is null ? null : request with { Host = hostName };
    }

    // The server's own name and port. Clients leave out the default port of the scheme.
    private static string WithoutDefaultPort(string host) =>
        host.EndsWith(":443", StringComparison.Ordinal) ? host.Substring(0, host.Length - 4)
        : host.EndsWith(":80", StringComparison.Ordinal) ? host.Substring(0, host.Length - 3)
        : host;

    // Apache and nginx write \xHH, \" and \\ for characters that a line cannot contain.
    private static string Unescape(string text)
    {
        if (text.IndexOf('\\') < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
            }
            else if (text[i + 1] == 'x' && i + 3 < text.Length && byte.TryParse(text.Substring(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                // Always as an escape of the path: bytes beyond ASCII are matched as UTF-8.
                result.Append(octet is > 0x20 and < 0x7f && octet != '%' ? ((char)octet).ToString() : "%" + octet.ToString("X2", CultureInfo.InvariantCulture));
                i += 3;
            }
            else
            {
                result.Append(text[++i]);
            }
        }

        return result.ToString();
    }
}
