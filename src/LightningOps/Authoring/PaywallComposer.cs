using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Paywalls;

namespace LightningOps.Authoring;

/// <summary>Makes a paywall from the given members, or changes members of a stored paywall.</summary>
internal sealed class PaywallComposer
{
    private const long DefaultPriority = 100;
    private readonly PaywallMembers members;
    private readonly long nowMs;
    private readonly Func<string> createRouteId;
    private readonly List<PaywallProblem> problems = new();

    /// <param name="members">The given members.</param>
    /// <param name="nowMs">The time, Unix milliseconds.</param>
    /// <param name="createRouteId">Makes the id of a route.</param>
    public PaywallComposer(PaywallMembers members, long nowMs, Func<string> createRouteId)
    {
        this.members = members;
        this.nowMs = nowMs;
        this.createRouteId = createRouteId;
    }

    /// <summary>Errors of the members themselves. The compile finds the rest.</summary>
    public IReadOnlyList<PaywallProblem> Problems => problems;

    /// <summary>A new paywall.</summary>
    public Paywall Create(string paywallId, string ownerId)
    {
        var empty = new Paywall
        {
            PaywallId = paywallId,
            OwnerId = ownerId,
            Name = (members.HostPattern + (members.PathPattern is { Length: > 0 } path && char.IsLetterOrDigit(path[0]) && !PatternKind.IsUnanchored(path) ? "/" : string.Empty) + members.PathPattern).Trim(),
            CreatedAtMs = nowMs,
            UpdatedAtMs = nowMs,
            Policy = new PaywallPolicy
            {
                PaywallId = paywallId,
                OwnerId = ownerId,
                PricingMode = "fixed",
                CreatedAtMs = nowMs,
                UpdatedAtMs = nowMs,
            },
            Routes = [],
        };
        Require(nameof(PaywallMembers.HostPattern), members.HostPattern);
        Require(nameof(PaywallMembers.PathPattern), members.PathPattern);
        Require(nameof(PaywallMembers.UpstreamUrl), members.UpstreamUrl);
        if (members.PriceMsats is null)
        {
            problems.Add(new PaywallProblem(nameof(PaywallMembers.PriceMsats), "is missing: specify -PriceSats"));
        }

        var made = WithMembers(empty);
        return Checked(made with { Routes = [CreateRoute(made)] });
    }

    /// <summary>The stored paywall with the given members; the same object when nothing differs.</summary>
    public Paywall Change(Paywall stored)
    {
        var changed = WithMembers(stored);
        var owner = changed.OwnerId;
        var routes = ChangeRoutes(changed).Select(route => route.OwnerId == owner ? route : route with { OwnerId = owner }).ToArray();
        var policy = changed.Policy;
        if (policy.OwnerId != owner)
        {
            policy = policy with { OwnerId = owner };
        }

        var time = Math.Max(nowMs, stored.UpdatedAtMs + 1);
        routes = routes.Select(route => stored.Routes.Contains(route) ? route : route with { UpdatedAtMs = Math.Max(time, route.UpdatedAtMs) }).ToArray();
        var isSamePolicy = IsSame(policy, stored.Policy);
        var isSame = isSamePolicy && routes.SequenceEqual(stored.Routes)
            && changed with { Policy = stored.Policy, Routes = stored.Routes } == stored;
        return isSame ? Checked(stored) : Checked(changed with
        {
            Policy = isSamePolicy ? stored.Policy : policy with { UpdatedAtMs = Math.Max(time, policy.UpdatedAtMs) },
            Routes = routes,
            UpdatedAtMs = time,
            RequestId = members.RequestId ?? stored.RequestId,
        });
    }

    private Paywall WithMembers(Paywall paywall)
    {
        var policy = paywall.Policy;
        return paywall with
        {
            OwnerId = members.OwnerId ?? paywall.OwnerId,
            Name = members.Name ?? paywall.Name,
            Description = Keep(nameof(PaywallMembers.Description), members.Description, paywall.Description),
            Status = members.Status ?? paywall.Status,
            Metadata = Keep(nameof(PaywallMembers.Metadata), members.Metadata, paywall.Metadata),
            Policy = policy with
            {
                FixedAmountMsats = members.PriceMsats ?? policy.FixedAmountMsats,
                MaxPerRequestMsats = Keep<Msats>(nameof(PaywallMembers.MaxPerRequestMsats), members.MaxPerRequestMsats, policy.MaxPerRequestMsats),
                AllowedHosts = Keep(nameof(PaywallMembers.AllowedHosts), members.AllowedHosts, policy.AllowedHosts),
                BlockedHosts = Keep(nameof(PaywallMembers.BlockedHosts), members.BlockedHosts, policy.BlockedHosts),
                QuotaPerMinute = Keep<long>(nameof(PaywallMembers.QuotaPerMinute), members.QuotaPerMinute, policy.QuotaPerMinute),
                QuotaPerDay = Keep<long>(nameof(PaywallMembers.QuotaPerDay), members.QuotaPerDay, policy.QuotaPerDay),
                AuthScheme = Keep(nameof(PaywallMembers.AuthScheme), members.AuthScheme, policy.AuthScheme),
                CredentialLifetimeSeconds = Keep<long>(nameof(PaywallMembers.CredentialLifetimeSeconds), members.CredentialLifetimeSeconds, policy.CredentialLifetimeSeconds),
                Freebie = Keep<long>(nameof(PaywallMembers.Freebie), members.Freebie, policy.Freebie),
                Headers = Keep(nameof(PaywallMembers.Headers), members.Headers, policy.Headers),
                TlsCertificatePath = Keep(nameof(PaywallMembers.TlsCertificatePath), members.TlsCertificatePath, policy.TlsCertificatePath),
                WhitelistPaths = Keep(nameof(PaywallMembers.WhitelistPaths), members.WhitelistPaths, policy.WhitelistPaths),
                SkipInvoicePaths = Keep(nameof(PaywallMembers.SkipInvoicePaths), members.SkipInvoicePaths, policy.SkipInvoicePaths),
                Capabilities = Keep(nameof(PaywallMembers.Capabilities), members.Capabilities, policy.Capabilities),
                Constraints = Keep(nameof(PaywallMembers.Constraints), members.Constraints, policy.Constraints),
                DynamicPrice = Keep(nameof(PaywallMembers.DynamicPrice), members.DynamicPrice, policy.DynamicPrice),
                QuotaPerMinuteBurst = Keep<long>(nameof(PaywallMembers.QuotaPerMinuteBurst), members.QuotaPerMinuteBurst, policy.QuotaPerMinuteBurst),
                QuotaPerDayBurst = Keep<long>(nameof(PaywallMembers.QuotaPerDayBurst), members.QuotaPerDayBurst, policy.QuotaPerDayBurst),
            },
        };
    }

    private IEnumerable<PaywallRoute> ChangeRoutes(Paywall paywall)
    {
        foreach (var removed in members.RemovedRoutes.Where(removed => paywall.Routes.All(route => route.RouteId != removed)))
        {
            problems.Add(new PaywallProblem("RemoveRoute", "there is no route " + removed + " (" + Names(paywall) + ")"));
        }

        var routes = paywall.Routes.Where(route => !members.RemovedRoutes.Contains(route.RouteId)).ToList();
        if (members.AddsRoute)
        {
            Require(nameof(PaywallMembers.HostPattern), members.HostPattern);
            Require(nameof(PaywallMembers.PathPattern), members.PathPattern);
            Require(nameof(PaywallMembers.UpstreamUrl), members.UpstreamUrl);
            routes.Add(CreateRoute(paywall));
        }
        else if (members.HasRouteMembers)
        {
            var place = members.RouteId is null ? (routes.Count == 1 ? 0 : -1) : routes.FindIndex(route => route.RouteId == members.RouteId);
            if (place < 0)
            {
                problems.Add(new PaywallProblem(
                    nameof(PaywallMembers.RouteId),
                    members.RouteId is null ? "is missing: the paywall has " + routes.Count + " routes (" + Names(paywall) + ")" : "there is no route " + members.RouteId + " (" + Names(paywall) + ")"));
            }
            else
            {
                routes[place] = WithRouteMembers(routes[place]);
            }
        }

        if (routes.Count == 0)
        {
            problems.Add(new PaywallProblem("RemoveRoute", "removes the last route, and nothing would be sold; use Remove-LightningPaywall"));
        }

        return routes;
    }

    private PaywallRoute CreateRoute(Paywall paywall) => WithRouteMembers(new PaywallRoute
    {
        RouteId = members.RouteId ?? createRouteId(),
        PaywallId = paywall.PaywallId,
        OwnerId = paywall.OwnerId,
        HostPattern = string.Empty,
        PathPattern = string.Empty,
        UpstreamUrl = string.Empty,
        Protocol = RouteProtocol.Https,
        Priority = DefaultPriority,
        CreatedAtMs = nowMs,
        UpdatedAtMs = nowMs,
    });

    private PaywallRoute WithRouteMembers(PaywallRoute route) => route with
    {
        HostPattern = members.HostPattern?.Trim() ?? route.HostPattern,
        PathPattern = members.PathPattern?.Trim() ?? route.PathPattern,
        UpstreamUrl = members.UpstreamUrl?.Trim() ?? route.UpstreamUrl,
        Protocol = members.UpstreamUrl is { } url ? GetProtocol(url) : route.Protocol,
        TimeoutMs = members.TimeoutMs ?? route.TimeoutMs,
        Priority = members.Priority ?? route.Priority,
    };

    private static RouteProtocol GetProtocol(string url) =>
        url.TrimStart().StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? RouteProtocol.Http : RouteProtocol.Https;

    private Paywall Checked(Paywall paywall)
    {
        RequireText(nameof(Paywall.PaywallId), paywall.PaywallId);
        RequireText(nameof(Paywall.OwnerId), paywall.OwnerId);
        RequireText(nameof(Paywall.Name), paywall.Name);
        RequireAtLeast(nameof(PaywallMembers.PriceMsats), members.PriceMsats, 1, "must be greater than 0: a paywall sells. -PriceSats is the same in satoshis");
        RequireAtLeast(nameof(PaywallMembers.MaxPerRequestMsats), members.MaxPerRequestMsats, 1, "must be greater than 0");
        RequireAtLeast(nameof(PaywallMembers.QuotaPerMinute), members.QuotaPerMinute, 0, "must not be negative; 0 closes the paywall");
        RequireAtLeast(nameof(PaywallMembers.QuotaPerDay), members.QuotaPerDay, 0, "must not be negative; 0 closes the paywall");
        RequireAtLeast(nameof(PaywallMembers.TimeoutMs), members.TimeoutMs, 0, "must not be negative");
        foreach (var route in paywall.Routes)
        {
            RequireText(nameof(PaywallRoute.RouteId), route.RouteId);
        }

        if (members.UpstreamUrl is { } given && FindUserInfo(given) is { } readable)
        {
            problems.Add(readable);
        }

        foreach (var same in paywall.Routes.GroupBy(static route => route.RouteId, StringComparer.Ordinal).Where(static same => same.Count() > 1))
        {
            problems.Add(new PaywallProblem(nameof(PaywallRoute.RouteId), "the paywall has a route " + same.Key + " already"));
        }

        return paywall;
    }

    /// <summary>The problem of an upstream with a user name or password, or null. Neither part is repeated: it may be a secret.</summary>
    /// <param name="upstreamUrl">The upstream.</param>
    /// <param name="routeId">Its route, or null.</param>
    internal static PaywallProblem? FindUserInfo(string upstreamUrl, string? routeId = null) => !UpstreamUrl.HasUserInfoIn(upstreamUrl) ? null : new PaywallProblem(
        nameof(PaywallMembers.UpstreamUrl),
        (routeId is null ? string.Empty : "of route " + routeId + " ")
            + "has a user name or password, which the store would keep readable and Aperture would not send: remove it, and set a header with -Headers, its value ${NAME} or !file+hex:PATH")
    {
        RouteId = routeId,
    };

    private void Require(string member, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            problems.Add(new PaywallProblem(member, "is missing"));
        }
    }

    private void RequireText(string member, string value)
    {
        if (value.Length == 0 || value.Trim() != value)
        {
            problems.Add(new PaywallProblem(member, value.Trim().Length == 0 ? "is empty" : "begins or ends with white space"));
        }
    }

    private void RequireAtLeast(string member, long? value, long least, string message)
    {
        if (value < least)
        {
            problems.Add(new PaywallProblem(member, message));
        }
    }

    private T? Keep<T>(string member, T? given, T? stored)
        where T : class => given ?? (members.Cleared.Contains(member) ? null : stored);

    private T? Keep<T>(string member, T? given, T? stored)
        where T : struct => given ?? (members.Cleared.Contains(member) ? null : stored);

    private static bool IsSame(PaywallPolicy one, PaywallPolicy other) =>
        HasSame(one.AllowedHosts, other.AllowedHosts) && HasSame(one.BlockedHosts, other.BlockedHosts)
        && HasSame(one.WhitelistPaths, other.WhitelistPaths) && HasSame(one.SkipInvoicePaths, other.SkipInvoicePaths) && HasSame(one.Capabilities, other.Capabilities)
        && HasSame(one.Headers, other.Headers) && HasSame(one.Constraints, other.Constraints)
        && one with
        {
            AllowedHosts = other.AllowedHosts,
            BlockedHosts = other.BlockedHosts,
            WhitelistPaths = other.WhitelistPaths,
            SkipInvoicePaths = other.SkipInvoicePaths,
            Capabilities = other.Capabilities,
            Headers = other.Headers,
            Constraints = other.Constraints,
        } == other;

    private static bool HasSame(IReadOnlyDictionary<string, string>? one, IReadOnlyDictionary<string, string>? other) =>
        one is null || other is null ? ReferenceEquals(one, other) : PolicyMembers.Sort(one).SequenceEqual(PolicyMembers.Sort(other));

    private static bool HasSame(IReadOnlyList<string>? one, IReadOnlyList<string>? other) =>
        one is null || other is null ? one == other : one.SequenceEqual(other, StringComparer.Ordinal);

    private static string Names(Paywall paywall) => string.Join(", ", paywall.Routes.Select(static route => route.RouteId));
}
