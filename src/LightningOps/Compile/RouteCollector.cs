using System;
using System.Collections.Generic;
using LightningOps.ApertureYaml;
using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>
/// The input checks of both renderings, in the order of docs/reference/compile.md#input-diagnostics. Codes, messages
/// and members are those of the older service.
/// </summary>
internal sealed class RouteCollector
{
    private readonly List<CandidateRoute> routes = new();
    private readonly List<Diagnostic> diagnostics = new();
    private readonly UpstreamTable upstreams = new();

    private RouteCollector()
    {
    }

    public IReadOnlyList<CandidateRoute> Routes => routes;

    public IReadOnlyList<Diagnostic> Diagnostics => diagnostics;

    /// <param name="paywalls">The paywalls.</param>
    /// <param name="allowsNone">Whether there may be no paywall at all.</param>
    public static RouteCollector From(IEnumerable<Paywall> paywalls, bool allowsNone = false)
    {
        var intake = new RouteCollector();
        var isEmpty = true;
        foreach (var paywall in paywalls)
        {
            isEmpty = false;
            intake.Add(paywall);
        }

        if (intake.routes.Count == 0 && !(isEmpty && allowsNone))
        {
            intake.diagnostics.Add(new Diagnostic
            {
                Code = "no_compilable_routes",
                Severity = DiagnosticSeverity.Error,
                Message = "No valid routes available to compile",
            });
        }

        return intake;
    }

    private void Add(Paywall paywall)
    {
        var policy = paywall.Policy;
        if (policy.PricingMode != "fixed")
        {
            Reject("invalid_pricing_mode", "Only fixed pricing mode is supported in Phase 2A", paywall.PaywallId, null, DiagnosticDetails.Create("pricingMode", policy.PricingMode));
            return;
        }

        if (policy.FixedAmountMsats <= 0)
        {
            Reject("missing_pricing", "fixedAmountMsats must be greater than zero", paywall.PaywallId, null, DiagnosticDetails.Create("fixedAmountMsats", policy.FixedAmountMsats));
            return;
        }

        foreach (var route in paywall.Routes)
        {
            Add(paywall, route);
        }
    }

    private void Add(Paywall paywall, PaywallRoute route)
    {
        var candidate = new CandidateRoute(paywall, route, upstreams);
        if (candidate.Host.Length == 0)
        {
            RejectRoute(
                candidate,
                "invalid_route_pattern",
                "hostPattern and pathPattern must be non-empty",
                DiagnosticDetails.Create("hostPattern", route.HostPattern, "pathPattern", route.PathPattern));
            return;
        }

        if (route.Protocol is not { } protocol)
        {
            RejectRoute(candidate, "missing_route_protocol", "protocol must be http or https", null);
            return;
        }

        if (CheckUpstream(candidate, protocol))
        {
            routes.Add(candidate);
        }
    }

    private bool CheckUpstream(CandidateRoute candidate, RouteProtocol protocol)
    {
        var given = candidate.UpstreamUrl;
        if (given.Length == 0)
        {
            RejectRoute(candidate, "invalid_upstream_url", "upstreamUrl must be non-empty", null);
            return false;
        }

        if (candidate.Upstream is not { } upstream)
        {
            RejectRoute(candidate, "invalid_upstream_url", "upstreamUrl must be a valid URL", DiagnosticDetails.Create("upstreamUrl", given));
            return false;
        }

        var expected = protocol == RouteProtocol.Https ? "https" : "http";
        if (upstream.Scheme != expected)
        {
            RejectRoute(
                candidate,
                "invalid_upstream_url",
                "upstreamUrl protocol must match route protocol",
                DiagnosticDetails.Create("upstreamUrl", given, "routeProtocol", expected));
            return false;
        }

        return true;
    }

    private void RejectRoute(CandidateRoute candidate, string code, string message, System.Collections.IDictionary? details) =>
        Reject(code, message, candidate.Paywall.PaywallId, candidate.Route.RouteId, details);

    private void Reject(string code, string message, string paywallId, string? routeId, System.Collections.IDictionary? details) =>
        diagnostics.Add(new Diagnostic
        {
            Code = code,
            Severity = DiagnosticSeverity.Error,
            Message = message,
            PaywallId = paywallId,
            RouteId = routeId,
            Details = details,
        });
}
