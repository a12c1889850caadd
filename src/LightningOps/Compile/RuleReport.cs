using LightningOps.Artifacts.Reports;

namespace LightningOps.Compile;

/// <summary>The line of a compiled rule in a report.</summary>
internal static class RuleReport
{
    /// <summary>A compiled rule as a report's route.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="change">Its change in a roll-out, or null.</param>
    public static ReportRoute ToReportRoute(this CompiledRule rule, string? change = null) => new(ReadableRoute.From(rule.Host, rule.Path))
    {
        Id = rule.RuleId,
        // The amount charged: the rendering for Aperture charges whole satoshis.
        Price = rule.HostRegexp is null ? rule.AmountMsats : new Msats(rule.PriceSats * 1000),
        Upstream = rule.UpstreamUrl,
        State = (rule.ClosedBy is { } closedBy ? "closed: " + closedBy : "sells") + (change is null ? string.Empty : ", " + change),
    };
}
