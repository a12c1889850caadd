using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Json;
using LightningOps.Paywalls;

namespace LightningOps.Authoring;

/// <summary>Makes paywalls of services: one of each, with the service's own name, expressions and place.</summary>
internal sealed class AdoptedServices
{
    private const long PriorityStep = 10;
    private const string PerMinute = "1m";
    private const string PerDay = "24h";
    private readonly string gateway;
    private readonly string ownerId;
    private readonly long nowMs;
    private readonly Func<string> createId;

    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="ownerId">Owner of the paywalls.</param>
    /// <param name="nowMs">The time, Unix milliseconds.</param>
    /// <param name="createId">Makes the unique part of an id.</param>
    public AdoptedServices(string gateway, string ownerId, long nowMs, Func<string> createId)
    {
        this.gateway = gateway;
        this.ownerId = ownerId;
        this.nowMs = nowMs;
        this.createId = createId;
    }

    /// <summary>Why a service cannot be a paywall, or null.</summary>
    /// <param name="service">The service.</param>
    /// <param name="extras">Its other members.</param>
    public static string? FindObstacle(GatewayService service, IReadOnlyList<string> extras)
    {
        if (!ServiceName.IsSellable(service.Name))
        {
            return "its name is empty or has a comma, a colon or a control character";
        }

        if (service.IsClosed || service.IsClosedAtFormerAddress)
        {
            return "it is closed, and its upstream is not known";
        }

        if (service.Auth != GatewayService.AuthOn)
        {
            return "auth: \"" + service.Auth + "\" is not a sale of each request";
        }

        if (FindUpstream(service, extras) is null)
        {
            return "its upstream " + service.Protocol + "://" + service.Address + " is not a URL that compiles to it";
        }

        var rest = extras.Where(static extra => !extra.StartsWith("rewrite.prefix=", StringComparison.Ordinal)).Except(GetLimits(service, FindQuota(service, extras, PerMinute), FindQuota(service, extras, PerDay))).ToArray();
        return rest.Length == 0 ? null : "a paywall does not have " + string.Join(", ", rest.Select(static extra => extra.Substring(0, extra.IndexOf('='))).Distinct());
    }

    /// <summary>The paywall of a service without an obstacle.</summary>
    /// <param name="service">The service.</param>
    /// <param name="extras">Its other members.</param>
    /// <param name="place">Its place in the match order.</param>
    public Paywall Create(GatewayService service, IReadOnlyList<string> extras, int place)
    {
        var paywallId = "pw_" + createId();
        return new Paywall
        {
            PaywallId = paywallId,
            OwnerId = ownerId,
            Name = service.Name,
            Status = PaywallStatus.Active,
            Metadata = new JsonText(ArtifactJson.Serialize(new Dictionary<string, object> { ["adoptedFrom"] = gateway })),
            CreatedAtMs = nowMs,
            UpdatedAtMs = nowMs,
            Policy = new PaywallPolicy
            {
                PaywallId = paywallId,
                OwnerId = ownerId,
                PricingMode = "fixed",
                FixedAmountMsats = service.EffectivePrice * Msats.PerSatoshi,
                QuotaPerMinute = FindQuota(service, extras, PerMinute),
                QuotaPerDay = FindQuota(service, extras, PerDay),
                CreatedAtMs = nowMs,
                UpdatedAtMs = nowMs,
            },
            Routes =
            [
                new PaywallRoute
                {
                    RouteId = "rt_" + createId(),
                    PaywallId = paywallId,
                    OwnerId = ownerId,
                    HostPattern = PatternKind.UnanchoredPrefix + service.HostRegexp,
                    PathPattern = PatternKind.UnanchoredPrefix + service.PathRegexp,
                    UpstreamUrl = FindUpstream(service, extras)!,
                    Protocol = service.Protocol == "https" ? RouteProtocol.Https : RouteProtocol.Http,
                    Priority = (place + 1) * PriorityStep,
                    ServiceName = service.Name,
                    CreatedAtMs = nowMs,
                    UpdatedAtMs = nowMs,
                },
            ],
        };
    }

    private static string? FindUpstream(GatewayService service, IReadOnlyList<string> extras)
    {
        var prefix = Find(extras, "rewrite.prefix=");
        var url = service.Protocol + "://" + service.Address + prefix;
        return service.Protocol is "http" or "https"
            && UpstreamUrl.TryParse(url) is { HasQueryOrFragment: false, HasUserInfo: false } upstream
            && upstream.Address == service.Address && upstream.PathPrefix == prefix
            ? url
            : null;
    }

    private static long? FindQuota(GatewayService service, IReadOnlyList<string> extras, string per)
    {
        var expression = GetLimitExpression(service, per);
        for (var place = 0; place < 2; place++)
        {
            var limit = string.Format(CultureInfo.InvariantCulture, "ratelimits[{0}].", place);
            if (Find(extras, limit + "per=") == per && (Find(extras, limit + "pathregexp=") ?? string.Empty) == expression
                && long.TryParse(Find(extras, limit + "requests="), NumberStyles.None, CultureInfo.InvariantCulture, out var requests))
            {
                return requests;
            }
        }

        return null;
    }

    private static IEnumerable<string> GetLimits(GatewayService service, long? perMinute, long? perDay)
    {
        var place = 0;
        foreach (var (quota, per) in new[] { (perMinute, PerMinute), (perDay, PerDay) })
        {
            if (quota is { } requests)
            {
                var limit = string.Format(CultureInfo.InvariantCulture, "ratelimits[{0}].", place++);
                yield return limit + "pathregexp=" + GetLimitExpression(service, per);
                yield return limit + "requests=" + requests.ToString(CultureInfo.InvariantCulture);
                yield return limit + "per=" + per;
            }
        }
    }

    private static string GetLimitExpression(GatewayService service, string per) => per == PerMinute ? service.PathRegexp : "(?:" + service.PathRegexp + ")";

    private static string? Find(IEnumerable<string> extras, string begin) =>
        extras.FirstOrDefault(extra => extra.StartsWith(begin, StringComparison.Ordinal))?.Substring(begin.Length);
}
