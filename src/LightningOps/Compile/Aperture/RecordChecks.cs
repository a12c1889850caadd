using System.Collections.Generic;
using System.Globalization;
using LightningOps.Paywalls;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Empty or negative members that would be rendered as something else: a name without an id, a path that matches
/// everything (docs/reference/compile.md#diagnostics). Such a snapshot is not rendered, since its requests would
/// reach another rule.
/// </summary>
internal static class RecordChecks
{
    /// <summary>One error per record, which names all its faulty members.</summary>
    public static IEnumerable<Diagnostic> Find(IEnumerable<Paywall> paywalls)
    {
        var place = 0;
        var empty = new List<string>();
        var negative = new List<string>();
        foreach (var paywall in paywalls)
        {
            empty.Clear();
            negative.Clear();
            AddEmpty(empty, "paywallId", paywall.PaywallId);
            AddEmpty(empty, "ownerId", paywall.OwnerId);
            AddEmpty(empty, "name", paywall.Name);
            AddEmpty(empty, "policy.allowedHosts", paywall.Policy.AllowedHosts);
            AddEmpty(empty, "policy.blockedHosts", paywall.Policy.BlockedHosts);
            AddNegative(negative, "policy.quotaPerMinute", paywall.Policy.QuotaPerMinute);
            AddNegative(negative, "policy.quotaPerDay", paywall.Policy.QuotaPerDay);
            if (empty.Count + negative.Count > 0)
            {
                yield return CreateDiagnostic(DescribePaywall(paywall, place), empty, negative, paywall.PaywallId, null);
            }

            for (var i = 0; i < paywall.Routes.Count; i++)
            {
                var route = paywall.Routes[i];
                empty.Clear();
                negative.Clear();
                AddEmpty(empty, "routeId", route.RouteId);
                AddEmpty(empty, "pathPattern", route.PathPattern);
                AddNegative(negative, "timeoutMs", route.TimeoutMs);
                if (empty.Count + negative.Count > 0)
                {
                    yield return CreateDiagnostic(DescribeRoute(paywall, place, route, i), empty, negative, paywall.PaywallId, route.RouteId);
                }
            }

            place++;
        }
    }

    private static Diagnostic CreateDiagnostic(string record, List<string> empty, List<string> negative, string paywallId, string? routeId)
    {
        var reasons = new List<string>();
        if (empty.Count > 0)
        {
            reasons.Add(string.Join(", ", empty) + (empty.Count == 1 ? " is empty" : " are empty"));
        }

        if (negative.Count > 0)
        {
            reasons.Add(string.Join(", ", negative) + (negative.Count == 1 ? " is negative" : " are negative"));
        }

        empty.AddRange(negative);
        return new Diagnostic
        {
            Code = "invalid_member",
            Severity = DiagnosticSeverity.Error,
            Message = record + ": " + string.Join("; ", reasons) + ". Correct the record at its source",
            PaywallId = paywallId,
            RouteId = routeId,
            Details = DiagnosticDetails.Create("members", empty.ToArray()),
        };
    }

    // By its position if it has no id, since several may have none.
    private static string DescribePaywall(Paywall paywall, int place) =>
        IsEmpty(paywall.PaywallId) ? "Paywall " + Number(place) : "Paywall " + paywall.PaywallId;

    private static string DescribeRoute(Paywall paywall, int place, PaywallRoute route, int index) =>
        (IsEmpty(route.RouteId) ? "Route " + Number(index) : "Route " + route.RouteId) + " of " + (IsEmpty(paywall.PaywallId) ? "paywall " + Number(place) : paywall.PaywallId);

    private static string Number(int place) => (place + 1).ToString(CultureInfo.InvariantCulture);

    private static void AddEmpty(List<string> empty, string member, string value)
    {
        if (IsEmpty(value))
        {
            empty.Add(member);
        }
    }

    private static void AddEmpty(List<string> empty, string member, IReadOnlyList<string>? values)
    {
        for (var i = 0; i < (values?.Count ?? 0); i++)
        {
            AddEmpty(empty, member + "[" + i.ToString(CultureInfo.InvariantCulture) + "]", values![i]);
        }
    }

    private static void AddNegative(List<string> negative, string member, long? value)
    {
        if (value < 0)
        {
            negative.Add(member);
        }
    }

    private static bool IsEmpty(string value) => string.IsNullOrWhiteSpace(value);
}
