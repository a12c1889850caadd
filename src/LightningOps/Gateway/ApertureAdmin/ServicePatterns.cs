using System;
using System.Collections.Generic;
using System.Text;
using LightningOps.Compile.Aperture;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Reads the expressions of services as Aperture matches them: anywhere in the text, unless they are anchored.</summary>
internal sealed class ServicePatterns
{
    private const int MaxReadLength = 8 * 1024;
    private const string AnyCase = "(?i)";
    private const string OptionalDot = @"\.?";
    private const string OptionalPort = "(:[0-9]+)?";
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
        ? RoutePattern.ForPath(regexp, regexp, AnyPath)
        : Parse(regexp, out var error) is { } expression
            ? RoutePattern.ForPath(regexp, regexp, RegularLanguage.FromExpression(expression), expression.UnanalyzableReason)
            : RoutePattern.Invalid(regexp, error!);

    private RoutePattern ReadHost(string regexp)
    {
        // The form that a compile gives a plain host. Read as one, it is compared without an automaton.
        var host = PlainHost(regexp);
        if (host is not null && table.Host(host) is { IsReadable: true } plain && plain.Expression == regexp)
        {
            return plain;
        }

        if (Parse(regexp, out var error) is not { } expression)
        {
            return RoutePattern.Invalid(regexp, error!);
        }

        // In the form of earlier compiles, case-sensitive and without the dot, at least the host is known.
        var language = RegularLanguage.FromExpression(expression, universe: CodePointSet.Hosts);
        var bareHost = host is not null && "^" + PatternText.Quote(host) + OptionalPort + "$" == regexp ? HostLanguage.Split(host).Host : null;
        return RoutePattern.ForHost(regexp, regexp, language, bareHost ?? string.Empty, bareHost ?? string.Empty, bareHost, expression.UnanalyzableReason);
    }

    private static Re2Expression? Parse(string regexp, out Re2SyntaxError? error)
    {
        if (regexp.Length > MaxReadLength)
        {
            error = new Re2SyntaxError("expression is too long to be analyzed", MaxReadLength, string.Empty);
            return null;
        }

        return Re2Expression.TryParse(regexp, out var expression, out error) ? expression : null;
    }

    // The host in an expression of literal text, with its port if it is fixed; null for any other form.
    private static string? PlainHost(string regexp)
    {
        var start = regexp.StartsWith(AnyCase, StringComparison.Ordinal) ? AnyCase.Length : 0;
        if (regexp.Length < start + 3 || regexp[start] != '^' || regexp[regexp.Length - 1] != '$')
        {
            return null;
        }

        var quoted = regexp.Substring(start + 1, regexp.Length - start - 2);
        quoted = quoted.EndsWith(OptionalPort, StringComparison.Ordinal) ? quoted.Substring(0, quoted.Length - OptionalPort.Length) : quoted;
        if (start > 0 && quoted.LastIndexOf(OptionalDot, StringComparison.Ordinal) is var dot and > 0)
        {
            quoted = quoted.Remove(dot, OptionalDot.Length);
        }

        var host = new StringBuilder();
        for (var i = 0; i < quoted.Length; i++)
        {
            host.Append(quoted[i] == '\\' && i + 1 < quoted.Length ? quoted[++i] : quoted[i]);
        }

        return host.Length > 0 ? host.ToString() : null;
    }
}
