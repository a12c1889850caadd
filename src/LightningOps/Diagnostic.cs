using System.Collections;
using System.Collections.Specialized;

namespace LightningOps;

/// <summary>A finding of a compile about a paywall, a route or the whole compile (docs/reference/compile.md#diagnostics).</summary>
public sealed record Diagnostic
{
    /// <summary>Stable code, for example <c>duplicate_route</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Severity.</summary>
    public required DiagnosticSeverity Severity { get; init; }

    /// <summary>One sentence for people.</summary>
    public required string Message { get; init; }

    /// <summary>The paywall.</summary>
    public string? PaywallId { get; init; }

    /// <summary>The route.</summary>
    public string? RouteId { get; init; }

    /// <summary>The other route.</summary>
    public string? RelatedRouteId { get; init; }

    /// <summary>The paywall of the other route.</summary>
    internal string? RelatedPaywallId { get; init; }

    /// <summary>The owner, which is only shown on request; null if it is not about one.</summary>
    internal string? OwnerId { get; init; }

    /// <summary>Members by name in the contract's order: strings, 64-bit integers, lists of strings; null when there are none.</summary>
    public IDictionary? Details { get; init; }

    /// <summary>Code, route and message on one line.</summary>
    public override string ToString() =>
        Severity.ToString().ToLowerInvariant() + " " + Code + (RouteId is null ? string.Empty : " " + RouteId) + ": " + Message;
}

/// <summary>Severity of a diagnostic.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Information.</summary>
    Info,

    /// <summary>A possible problem; the artifact is still valid.</summary>
    Warn,

    /// <summary>An error; there is no artifact.</summary>
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
