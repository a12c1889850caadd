using System;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>The target of a request, as Go's net/url reads it (ParseRequestURI) and net/http with it.</summary>
/// <param name="Host">The host it names, a byte is a character; empty where it names none.</param>
/// <param name="Path">The path, escaped as it came; empty for none.</param>
/// <param name="Query">The query with its question mark, as it came; empty for none.</param>
/// <param name="IsOpaque">Whether something else than a slash follows its scheme: it has no path, and no host.</param>
internal sealed record RequestUri(string Host, string Path, string Query, bool IsOpaque)
{
    /// <summary>Reads a target.</summary>
    /// <exception cref="BadRequestException">It is none.</exception>
    public static RequestUri Parse(string method, string target)
    {
        // What CONNECT names is a host and its port, unless it begins with a slash.
        if (method == "CONNECT" && target[0] != '/')
        {
            target = "http://" + target;
        }

        if (target == "*")
        {
            return new RequestUri(string.Empty, target, string.Empty, IsOpaque: false);
        }

        var scheme = GetSchemeLength(target);
        var question = target.IndexOf('?');
        var rest = target.Substring(scheme, (question < 0 ? target.Length : question) - scheme);
        var query = question < 0 ? string.Empty : target.Substring(question);
        if (rest.Length == 0 || rest[0] != '/')
        {
            return scheme > 0 ? new RequestUri(string.Empty, string.Empty, query, IsOpaque: rest.Length > 0) : throw Malformed();
        }

        var host = string.Empty;
        if (scheme > 0 && rest.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/', 2);
            host = GetHost(slash < 0 ? rest.Substring(2) : rest.Substring(2, slash - 2));
            rest = slash < 0 ? string.Empty : rest.Substring(slash);
        }

        return IsEscaped(rest) ? new RequestUri(host, rest, query, IsOpaque: false) : throw Malformed();
    }

    /// <summary>Characters of the scheme and its colon (getScheme); 0 for none.</summary>
    private static int GetSchemeLength(string target)
    {
        for (var i = 0; i < target.Length; i++)
        {
            if (target[i] == ':')
            {
                return i > 0 ? i + 1 : throw Malformed();
            }

            if (!IsLetter(target[i]) && (i == 0 || target[i] is not ((>= '0' and <= '9') or '+' or '-' or '.')))
            {
                return 0;
            }
        }

        return 0;
    }

    private static string GetHost(string authority)
    {
        var at = authority.LastIndexOf('@');
        if (at >= 0 && !IsUserInfo(authority.Substring(0, at)))
        {
            throw Malformed();
        }

        var host = authority.Substring(at + 1);
        if (host.StartsWith("[", StringComparison.Ordinal))
        {
            return GetAddress(host);
        }

        var colon = host.IndexOf(':');
        return colon < 0 || IsPort(host, colon) ? Unescape(host, inZone: false) : throw Malformed();
    }

    // Since Go 1.25 an address of IPv6 stands in brackets, and nothing else does.
    private static string GetAddress(string host)
    {
        var end = host.LastIndexOf(']');
        if (end < 0 || (end + 1 < host.Length && !IsPort(host, end + 1)))
        {
            throw Malformed();
        }

        var zone = host.IndexOf("%25", 0, end, StringComparison.Ordinal);
        var address = Unescape(host.Substring(1, (zone < 0 ? end : zone) - 1), inZone: false);
        if (!IPAddress.TryParse(address, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6 || address.IndexOf('%') >= 0)
        {
            throw Malformed();
        }

        return "[" + address + (zone < 0 ? string.Empty : Unescape(host.Substring(zone, end - zone), inZone: true)) + host.Substring(end);
    }

    // validOptionalPort: the colon and digits, or none.
    private static bool IsPort(string host, int colon)
    {
        for (var i = colon + 1; i < host.Length; i++)
        {
            if (host[i] is < '0' or > '9')
            {
                return false;
            }
        }

        return host[colon] == ':';
    }

    private static bool IsUserInfo(string text)
    {
        foreach (var one in text)
        {
            if (!IsLetter(one) && one is not (>= '0' and <= '9') && "-._:~!$&'()*+,;=%@".IndexOf(one) < 0)
            {
                return false;
            }
        }

        return IsEscaped(text);
    }

    // unescape of a host: %XX stands for a byte above ASCII, %25 for a percent sign.
    private static string Unescape(string host, bool inZone)
    {
        var bytes = new StringBuilder(host.Length);
        for (var i = 0; i < host.Length; i++)
        {
            if (host[i] != '%')
            {
                bytes.Append(host[i] >= '\u0080' || MayStandInHost(host[i]) ? host[i] : throw Malformed());
                continue;
            }

            if (!IsEscape(host, i))
            {
                throw Malformed();
            }

            var value = (char)((Uri.FromHex(host[i + 1]) << 4) | Uri.FromHex(host[i + 2]));
            var isAllowed = value == '%' || (inZone ? value == ' ' || value >= '\u0080' || MayStandInHost(value) : value >= '\u0080');
            bytes.Append(isAllowed ? value : throw Malformed());
            i += 2;
        }

        return bytes.ToString();
    }

    // shouldEscape with encodeHost.
    private static bool MayStandInHost(char one) => IsLetter(one) || one is (>= '0' and <= '9') || "-_.~!$&'()*+,;=:[]<>\"".IndexOf(one) >= 0;

    private static bool IsEscaped(string text)
    {
        for (var i = text.IndexOf('%'); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (!IsEscape(text, i))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsEscape(string text, int at) => at + 2 < text.Length && Uri.IsHexDigit(text[at + 1]) && Uri.IsHexDigit(text[at + 2]);

    private static bool IsLetter(char one) => one is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');

    private static BadRequestException Malformed() => new("malformed request target");
}
