using System.Collections;
using System.Collections.Specialized;

namespace LightningOps;

/// <summary>What a compile has to say about a paywall, a route or the whole (docs/reference/compile.md#diagnostics).</summary>
public sealed record Diagnostic
{
    /// <summary>Stable code, for example <c>duplicate_route</c>.</summary>
    public required string Code { get; init; }

    /// <summary>How grave it is.</summary>
    public required DiagnosticSeverity Severity { get; init; }

    /// <summary>One sentence for people.</summary>
    public required string Message { get; init; }

    /// <summary>The paywall concerned.</summary>
    public string? PaywallId { get; init; }

    /// <summary>The route concerned.</summary>
    public string? RouteId { get; init; }

    /// <summary>The other route concerned.</summary>
    public string? RelatedRouteId { get; init; }

    /// <summary>Members by name in the contract's order: strings, 64-bit integers, lists of strings; null when there are none.</summary>
    public IDictionary? Details { get; init; }

    /// <summary>Code, route and message on one line.</summary>
    public override string ToString() =>
        Severity.ToString().ToLowerInvariant() + " " + Code + (RouteId is null ? string.Empty : " " + RouteId) + ": " + Message;
}

/// <summary>How grave a diagnostic is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Worth a look: the artifact is valid all the same.</summary>
    Warn,

    /// <summary>There is no artifact.</summary>
    Error,
}

/// <summary>The members of a diagnostic's details, read-only and in the order given.</summary>
internal static class DiagnosticDetails
{
    public static IDictionary Create(params object[] namesAndValues)
    {
        var members = new OrderedDictionary(namesAndValues.Length / 2);
        for (var i = 0; i + 1 < namesAndValues.Length; i += 2)
        {
            members.Add(namesAndValues[i], namesAndValues[i + 1]);
        }

        return members.AsReadOnly();
    }
}
