using System;
using System.Text.RegularExpressions;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.ApertureYaml;

/// <summary>Compares host expressions with the Host headers that clients send for a URL.</summary>
internal static class SentHosts
{
    // From 1 to 65535, without a leading zero.
    private const string Port = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

    // A literal name in any spelling needs no automaton.
    private static readonly Regex LiteralName = new(@"\A(\(\?i\))?\^?(\(\?i\))?([A-Za-z0-9_-]|\\[.-]|\.)+(\\?\.\?)?(\(:\[0-9\]\+\)\?)?\$?\z", RegexOptions.CultureInvariant);

    private static readonly RegularLanguage DefaultPort = Read("^.*:(80|443)$");

    /// <summary>Names in ASCII, addresses and ports. Clients send an internationalized name as punycode, and a port without leading zeros.</summary>
    public static RegularLanguage Usual { get; } = Read(@"^([A-Za-z0-9._~-]+|\[[0-9A-Za-z.:~_-]+\])(:" + Port + ")?$");

    /// <summary>Whether the text of an expression shows that clients send hosts that it matches.</summary>
    public static bool IsLiteralName(string expression) => LiteralName.IsMatch(expression);

    /// <summary>Whether the syntax of an expression shows a usual Host header that it matches. It needs no automaton.</summary>
    public static bool ShowsUsualHost(RegularLanguage hosts) =>
        hosts is ExpressionLanguage { Sample: { } sample } && !HasDefaultPort(sample) && Usual.Matches(sample);

    /// <summary>Code and message for an expression that no usual Host header matches, or only one with a port that clients leave out; null for none.</summary>
    /// <param name="hosts">The hosts that the expression matches.</param>
    /// <param name="budget">Budget of the comparison.</param>
    public static (string Code, string Message)? FindFault(RegularLanguage hosts, AnalysisBudget budget)
    {
        if (ShowsUsualHost(hosts))
        {
            return null;
        }

        if (hosts.Relate(Usual, budget) == Relation.Disjoint)
        {
            return ("pattern_never_meant", "only Host headers that clients do not send match, and usual requests do not reach the service: write the host in ASCII, an internationalized name as punycode (xn--…), a port from 1 to 65535 without leading zeros, and no path");
        }

        return HasDefaultPort(hosts.LiteralSuffix) || hosts.Relate(DefaultPort, budget) is Relation.Inside or Relation.Equal ? DefaultPortFault : null;
    }

    /// <summary>The fault of hosts with the port of a scheme.</summary>
    public static (string Code, string Message) DefaultPortFault { get; } =
        ("host_port_left_out", "clients leave out port 80 in an http URL and port 443 in an https URL, and such requests do not reach the service: write the host without a port");

    /// <summary>Whether a host ends in the port of a scheme.</summary>
    public static bool HasDefaultPort(string host) => host.EndsWith(":80", StringComparison.Ordinal) || host.EndsWith(":443", StringComparison.Ordinal);

    // Shared by all threads: its automaton is made before anything compares it.
    private static RegularLanguage Read(string expression) =>
        Re2Expression.TryParse(expression, out var parsed, out _) && RegularLanguage.FromExpression(parsed, null, CodePointSet.Hosts) is { Automaton: not null } language
            ? language
            : throw new InvalidOperationException(expression);
}
