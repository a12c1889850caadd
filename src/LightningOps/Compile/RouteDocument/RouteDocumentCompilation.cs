using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

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
        ServiceName = Compile.ServiceName.Of(candidate),
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
