using LightningOps.Compile;
using LightningOps.Paywalls;

namespace LightningOps.Artifacts.Reports;

/// <summary>One route that is sold, or not.</summary>
/// <param name="Name">Host and path, or the address.</param>
public sealed record ReportRoute(string Name)
{
    /// <summary>Paywall and route, for example <c>pw_weather:route_weather</c>.</summary>
    public string? Id { get; init; }

    /// <summary>Price, millisatoshis.</summary>
    public Msats? Price { get; init; }

    /// <summary>Where a paid request goes.</summary>
    public string? Upstream { get; init; }

    /// <summary>Whether it sells, what closed it, or what came of it.</summary>
    public string? State { get; init; }

    /// <summary>The route of a compiled rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="change">What a roll-out does to it, or null.</param>
    internal static ReportRoute Of(CompiledRule rule, string? change = null) => new(rule.Host + rule.Path)
    {
        Id = rule.RuleId,
        Price = rule.AmountMsats,
        Upstream = rule.UpstreamUrl,
        State = (rule.ClosedBy is { } closedBy ? "closed: " + closedBy : "sells") + (change is null ? string.Empty : ", " + change),
    };
}
