using System.Collections;

namespace LightningOps.Compile;

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
