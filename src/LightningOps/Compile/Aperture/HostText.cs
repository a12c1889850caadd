using System;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using LightningOps.ApertureYaml;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Compile.Aperture;

/// <summary>A host pattern that is not an expression: a literal or a glob, in lower case and ASCII, with its port separated.</summary>
internal sealed class HostText
{
    // A Host header has none of these, or only in an IPv6 address.
    private const string ExpressionSigns = @"\^$+?()[]{}|";

    // No name has these, though URLs and the Host header may.
    private static readonly char[] OutsideNames = ['"', '<', '>', '%', '!', '&', '\'', '=', '~'];

    private const string AnyCase = "(?i)";

    private static readonly char[] Blanks = [' ', '\t'];

    // A placeholder: {tenant}, ${HOST}.
    private static readonly Regex Template = new(@"\$?\{\{?[A-Za-z_][A-Za-z0-9_]*\}?\}", RegexOptions.CultureInvariant);

    // A dot between labels: neither escaped nor repeated.
    private static readonly Regex BareDot = new(@"(?<!\\)\.(?![*+?{])", RegexOptions.CultureInvariant);

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
            return new HostText(text, port, new UnlikelyPattern("it contains no host"));
        }

        if (host == "_")
        {
            return new HostText(text, port, new UnlikelyPattern("_ stands for every host in nginx, and is matched as text here", port is null ? "*" : "*:" + port));
        }

        if (port is not null && (port.Length > 5 || int.Parse(port, CultureInfo.InvariantCulture) is < 1 or > 65535))
        {
            return new HostText(text, port, Suggest("a port is a number from 1 to 65535; without a port, every port matches", host));
        }

        if (port is not null && port[0] == '0')
        {
            return new HostText(text, port, Suggest("clients send a port without leading zeros", host + ":" + port.TrimStart('0')));
        }

        return ToAscii(host, int.MaxValue) is not { } ascii ? new HostText(text, port, new UnlikelyPattern("one of its labels is not a valid host name, internationalized or not"))
            : HostPort.IsTooLong(ascii) ? new HostText(text, port, new UnlikelyPattern("no client resolves a host name of more than 253 characters, or with a label of more than 63" + (ascii.Length > host.Length ? ", in the punycode that is sent" : string.Empty)))
            : ascii[0] == '.' || ascii[ascii.Length - 1] == '.' || ascii.IndexOf("..", StringComparison.Ordinal) >= 0 ? new HostText(text, port, DoubtLabels(ascii, port))
            : new HostText(ascii, port, null);
    }

    // nginx writes ".example.com" for a host and everything below it.
    private static UnlikelyPattern DoubtLabels(string host, string? port)
    {
        var ending = port is null ? string.Empty : ":" + port;
        var name = string.Join(".", host.Split(['.'], StringSplitOptions.RemoveEmptyEntries));
        return host[0] == '.' && host.Length == name.Length + 1 && name.IndexOf('*') < 0
            ? new UnlikelyPattern("a Host header does not begin with a dot", "*." + name + ending, ToExpression(@"(.+\.)?" + PatternText.Quote(name), port))
            : new UnlikelyPattern("a host has no empty label between two dots", name + ending);
    }

    // In the form in which clients send hosts: any letter case, an optional trailing dot and port.
    private static string ToExpression(string body, string? port = null) => "^" + AnyCase + body + @"\.?" + (port is null ? "(:[0-9]+)?" : ":" + port) + "$";

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
            return Suggest("a Host header has no scheme", text.Substring(scheme + 3).Split('/')[0]);
        }

        if (text[0] == '~')
        {
            const string reason = "~ marks an expression of nginx; here an expression begins with ^";
            return FromNginx(text) is { } expression ? new UnlikelyPattern(reason, expression) : new UnlikelyPattern(reason);
        }

        var hasSigns = text.IndexOfAny(ExpressionSigns.ToCharArray()) >= 0;
        if ((!hasSigns && text.IndexOfAny([',', ';']) >= 0) || text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries).Count(static part => part.IndexOf('.') > 0) > 1)
        {
            return new UnlikelyPattern("a Host header names one host: write a route for each");
        }

        if (text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            return new UnlikelyPattern("a Host header has no blank");
        }

        var isAddress = text[0] == '[' && text.IndexOf(']') is var close and > 0 && text.IndexOf(':', 0, close) > 0 && text.IndexOfAny(ExpressionSigns.ToCharArray(), close + 1) < 0;
        if (text.StartsWith(".*", StringComparison.Ordinal) || (!isAddress && hasSigns))
        {
            return DoubtExpression(text);
        }

        if (text.IndexOf('/') >= 0)
        {
            return Suggest("a Host header has no path: put it into pathPattern", text.Split('/')[0]);
        }

        if (text.IndexOf('@') >= 0)
        {
            return Suggest("a Host header has no user name", text.Substring(text.LastIndexOf('@') + 1));
        }

        if (!isAddress && text.IndexOf(':') is var colon and >= 0 && HostLanguage.LengthWithoutPort(text) != colon)
        {
            return Suggest("the text after the colon is not a port; without a port, every port matches", text.Substring(0, colon));
        }

        return !CodePoints.AreIn(text, CodePointSet.Hosts) || text.IndexOfAny(OutsideNames) >= 0
            ? new UnlikelyPattern("it contains a character that is not allowed in a host")
            : null;
    }

    private static UnlikelyPattern DoubtExpression(string text)
    {
        var template = Template.Replace(text, "*");
        if (template != text && template.Trim('*', '.').Length > 0)
        {
            return new UnlikelyPattern("it looks like a template, and braces are not a part of a host", template);
        }

        var glob = text.Replace(@"\.", ".");
        glob = glob.StartsWith(".*.", StringComparison.Ordinal) ? glob.Substring(1) : glob;
        var body = BareDot.Replace(text.TrimEnd('$'), @"\.");
        body = body.StartsWith(AnyCase, StringComparison.Ordinal) ? body.Substring(AnyCase.Length) : body;
        if (body.Length == 0)
        {
            return new UnlikelyPattern("it contains no host");
        }

        if (body[0] is '?' or '+')
        {
            return new UnlikelyPattern("in text only * stands for other characters");
        }

        body = Grouped(body);
        return new UnlikelyPattern(
            "it is read as text: an expression begins with ^",
            glob.IndexOfAny(ExpressionSigns.ToCharArray()) < 0 && !glob.StartsWith(".*", StringComparison.Ordinal) ? [glob, ToExpression(body)] : [ToExpression(body)]);
    }

    private static string Grouped(string expression) => HasOuterAlternative(expression) ? "(" + expression + ")" : expression;

    private static bool HasOuterAlternative(string expression)
    {
        var depth = 0;
        foreach (var c in expression)
        {
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            if (c == '|' && depth == 0)
            {
                return true;
            }
        }

        return false;
    }

    // nginx ignores letter case and matches the host without its port.
    private static string? FromNginx(string text)
    {
        var expression = text.Substring(1).TrimStart();
        return expression.Length == 0 ? null
            : expression.Length > 1 && expression[0] == '^' && expression[expression.Length - 1] == '$' ? ToExpression(Grouped(expression.Substring(1, expression.Length - 2)))
            : PatternKind.UnanchoredPrefix + "(?i)" + expression;
    }

    private static UnlikelyPattern Suggest(string reason, string host) => host.Length == 0 ? new UnlikelyPattern(reason) : new UnlikelyPattern(reason, host);

    /// <summary>A host in ASCII as clients send it, in lower case; null if one of its labels is no host label.</summary>
    public static string? ToAscii(string host) => ToAscii(host, Punycode.MaxLabelLength);

    private static string? ToAscii(string host, int maxLabelLength)
    {
        if (host.All(c => c < 0x80))
        {
            return host.ToLowerInvariant();
        }

        // Full stops of other scripts separate labels (RFC 3490, 3.1).
        var labels = host.Split('.', '\u3002', '\uFF0E', '\uFF61');
        for (var i = 0; i < labels.Length; i++)
        {
            var encoded = labels[i].All(c => c < 0x80) ? labels[i].ToLowerInvariant() : Punycode.EncodeLabel(labels[i], maxLabelLength);
            if (encoded is null)
            {
                return null;
            }

            labels[i] = encoded;
        }

        return string.Join(".", labels);
    }
}
