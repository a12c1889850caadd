using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using LightningOps.ApertureYaml;
using LightningOps.Paywalls;

namespace LightningOps.Compile.RouteDocument;

/// <summary>The older service's compile: its order, its checks, its document.</summary>
internal static class RouteDocumentCompilation
{
    public static Compilation Run(IReadOnlyList<CandidateRoute> routes, CancellationToken cancellationToken)
    {
        var rules = routes.Select(route => new RouteDocumentRule(route)).ToArray();
        Array.Sort(rules, RouteDocumentRule.Compare);
        var diagnostics = RouteDocumentChecks.Check(rules, cancellationToken);
        if (diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
        {
            return Compilation.Failed(diagnostics);
        }

        var compiled = Array.ConvertAll(rules, rule => Compiled(rule.Candidate));
        return new Compilation(compiled, diagnostics, RouteDocumentRenderer.Render(compiled));
    }

    private static CompiledRule Compiled(CandidateRoute candidate) => new()
    {
        RuleId = candidate.RuleId,
        PaywallId = candidate.Paywall.PaywallId,
        OwnerId = candidate.Paywall.OwnerId,
        RouteId = candidate.Route.RouteId,
        ServiceName = ServiceName.For(candidate),
        Host = candidate.Host,
        Path = candidate.Path,
        UpstreamUrl = candidate.UpstreamUrl,
        Protocol = candidate.Route.Protocol!.Value,
        TimeoutMs = candidate.TimeoutMs,
        Priority = candidate.Route.Priority,
        AmountMsats = candidate.Paywall.Policy.FixedAmountMsats,
        QuotaPerMinute = candidate.Paywall.Policy.QuotaPerMinute,
        QuotaPerDay = candidate.Paywall.Policy.QuotaPerDay,
    };
}

/// <summary>
/// Writes the older service's <c>version: 1</c> document, byte for byte. A scalar that would not parse back to its
/// text is quoted, which the older service did not do.
/// </summary>
internal static class RouteDocumentRenderer
{
    private const int TypicalRuleBytes = 320;

    public static ReadOnlyMemory<byte> Render(IReadOnlyList<CompiledRule> rules)
    {
        var text = new Utf8Text(rules.Count * TypicalRuleBytes);
        text.Append("version: 1\nroutes:\n"u8);
        foreach (var rule in rules)
        {
            text.Append("  - id: "u8).Append(YamlScalar.Format(rule.RuleId))
                .Append("\n    match:\n      host: "u8).Append(YamlScalar.Format(rule.Host))
                .Append("\n      path: "u8).Append(YamlScalar.Format(rule.Path))
                .Append("\n    upstream:\n      url: "u8).Append(YamlScalar.Format(rule.UpstreamUrl))
                .Append("\n      protocol: "u8).Append(rule.Protocol == RouteProtocol.Https ? "https"u8 : "http"u8)
                .Append("\n      timeout_ms: "u8).Append(rule.TimeoutMs)
                .Append("\n    auth:\n      type: l402\n      paywall_id: "u8).Append(YamlScalar.Format(rule.PaywallId))
                .Append("\n    pricing:\n      mode: fixed_msats\n      amount_msats: "u8).Append(rule.AmountMsats)
                .Append("\n"u8);
        }

        return text.Written;
    }
}
