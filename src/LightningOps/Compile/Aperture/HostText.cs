using System;
using System.Linq;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Compile.Aperture;

/// <summary>A host pattern that is not an expression: a literal or a glob, in lower case and ASCII, with its port separated.</summary>
internal sealed class HostText
{
    // A Host header has none of these, or only in an IPv6 address.
    private const string ExpressionSigns = @"\^$+?()[]{}|";

    private HostText(string host, string? port, UnlikelyPattern? unlikely)
    {
        Host = host;
        Port = port;
        Unlikely = unlikely;
    }

    /// <summary>Without trailing dot and port.</summary>
    public string Host { get; }

    /// <summary>The digits of the port the pattern names, or null.</summary>
    public string? Port { get; }

    /// <summary>Why the author cannot have meant the text as a host, or null.</summary>
    public UnlikelyPattern? Unlikely { get; }

    public bool IsGlob => Host.IndexOf('*') >= 0;

    /// <summary>Reads a trimmed, non-empty pattern.</summary>
    public static HostText Read(string text)
    {
        if (!IsPlain(text) && Doubt(text) is { } doubt)
        {
            return new HostText(text, null, doubt);
        }

        var end = HostLanguage.LengthWithoutPort(text);
        var port = end < text.Length ? text.Substring(end + 1) : null;
        var host = text.Substring(0, end);
        host = host.Length > 1 && host[host.Length - 1] == '.' ? host.Substring(0, host.Length - 1) : host;
        if (host.Trim('.').Length == 0)
        {
            return new HostText(text, port, new UnlikelyPattern("it contains no host", null));
        }

        return ToAscii(host) is { } ascii
            ? new HostText(ascii, port, null)
            : new HostText(text, port, new UnlikelyPattern("one of its labels is not a valid host name, internationalized or not", null));
    }

    // One pass suffices for most of a million hosts.
    private static bool IsPlain(string text)
    {
        foreach (var c in text)
        {
            if (c is (< 'a' or > 'z') and (< '0' or > '9') and not '-' and not '.')
            {
                return false;
            }
        }

        return true;
    }

    private static UnlikelyPattern? Doubt(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            var authority = text.Substring(scheme + 3).Split('/')[0];
            return new UnlikelyPattern("a Host header has no scheme", authority.Length == 0 ? null : authority);
        }

        if (text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            return new UnlikelyPattern("a Host header has no blank", null);
        }

        var isAddress = text[0] == '[' && text.IndexOf(']') is var close and > 0 && text.IndexOfAny(ExpressionSigns.ToCharArray(), close + 1) < 0;
        if (text.StartsWith(".*", StringComparison.Ordinal) || (!isAddress && text.IndexOfAny(ExpressionSigns.ToCharArray()) >= 0))
        {
            var glob = text.Replace(@"\.", ".");
            glob = glob.StartsWith(".*.", StringComparison.Ordinal) ? glob.Substring(1) : glob;
            var explicitForm = text[text.Length - 1] == '$' ? "^" + text : "^" + text + "$";
            return new UnlikelyPattern(
                "it is read as text: an expression begins with ^",
                glob.IndexOfAny(ExpressionSigns.ToCharArray()) < 0 && !glob.StartsWith(".*", StringComparison.Ordinal) ? glob + " or " + explicitForm : explicitForm);
        }

        if (text.IndexOf('/') >= 0)
        {
            var host = text.Split('/')[0];
            return new UnlikelyPattern("a Host header has no path: put it into pathPattern", host.Length == 0 ? null : host);
        }

        if (text.IndexOf('@') >= 0)
        {
            return new UnlikelyPattern("a Host header has no user name", text.Substring(text.LastIndexOf('@') + 1) is { Length: > 0 } host ? host : null);
        }

        if (!isAddress && text.IndexOf(':') is var colon and >= 0 && HostLanguage.LengthWithoutPort(text) != colon)
        {
            return new UnlikelyPattern("the text after the colon is not a port; without a port, every port matches", colon == 0 ? null : text.Substring(0, colon));
        }

        return !CodePoints.AreIn(text, CodePointSet.Hosts) || text.IndexOfAny(new[] { '"', '<', '>', '%' }) >= 0
            ? new UnlikelyPattern("it contains a character that is not allowed in a host", null)
            : null;
    }

    private static string? ToAscii(string host)
    {
        if (host.All(c => c < 0x80))
        {
            return host.ToLowerInvariant();
        }

        // Full stops of other scripts separate labels (RFC 3490, 3.1).
        var labels = host.Split('.', '\u3002', '\uFF0E', '\uFF61');
        for (var i = 0; i < labels.Length; i++)
        {
            var encoded = labels[i].All(c => c < 0x80) ? labels[i].ToLowerInvariant() : Punycode.EncodeLabel(labels[i]);
            if (encoded is null)
            {
                return null;
            }

            labels[i] = encoded;
        }

        return string.Join(".", labels);
    }
}
