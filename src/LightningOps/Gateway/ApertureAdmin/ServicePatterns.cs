using System;
using System.Collections.Generic;
using System.Text;
using LightningOps.Compile.Aperture;
using LightningOps.Compile.Languages;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Reads the expressions of services as Aperture matches them: somewhere in the text, unless they anchor themselves.</summary>
internal sealed class ServicePatterns
{
    private const int LongestRead = 8 * 1024;
    private const string OptionalPort = "(:[0-9]+)?$";
    private static readonly RegularLanguage AnyPath = RegularLanguage.Prefix("/");
    private readonly Dictionary<string, RoutePattern> hosts = new(StringComparer.Ordinal);
    private readonly PatternTable table;

    public ServicePatterns(AnalysisBudget budget) => table = new PatternTable(budget);

    public RequestPattern Read(string hostRegexp, string pathRegexp)
    {
        if (!hosts.TryGetValue(hostRegexp, out var host))
        {
            hosts.Add(hostRegexp, host = ReadHost(hostRegexp));
        }

        return new RequestPattern(host, ReadPath(pathRegexp));
    }

    public static RoutePattern ReadPath(string regexp) => regexp.Length == 0
        ? RoutePattern.OfPath(regexp, regexp, AnyPath)
        : Parse(regexp, out var error) is { } expression
            ? RoutePattern.OfPath(regexp, regexp, RegularLanguage.FromExpression(expression), expression.UnanalyzableReason)
            : RoutePattern.Invalid(regexp, error!);

    private RoutePattern ReadHost(string regexp)
    {
        // The form a compile gives a plain host: read as one, it is compared without an automaton.
        if (PlainHost(regexp) is { Length: > 0 } host && table.Host(host) is { Error: null } plain && plain.Expression == regexp)
        {
            return plain;
        }

        return Parse(regexp, out var error) is { } expression
            ? RoutePattern.OfHost(regexp, regexp, RegularLanguage.FromExpression(expression), string.Empty, null, expression.UnanalyzableReason)
            : RoutePattern.Invalid(regexp, error!);
    }

    private static Re2Expression? Parse(string regexp, out Re2SyntaxError? error)
    {
        if (regexp.Length > LongestRead)
        {
            error = new Re2SyntaxError("expression is too long to be analyzed", LongestRead, string.Empty);
            return null;
        }

        return Re2Expression.TryParse(regexp, out var expression, out error) ? expression : null;
    }

    private static string? PlainHost(string regexp)
    {
        var end = regexp.EndsWith(OptionalPort, StringComparison.Ordinal) ? regexp.Length - OptionalPort.Length : regexp.Length - 1;
        if (end < 1 || regexp[0] != '^' || regexp[regexp.Length - 1] != '$')
        {
            return null;
        }

        var host = new StringBuilder();
        for (var i = 1; i < end; i++)
        {
            host.Append(regexp[i] == '\\' && i + 1 < end ? regexp[++i] : regexp[i]);
        }

        return host.ToString();
    }
}
