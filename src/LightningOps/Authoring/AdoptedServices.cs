using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Json;
using LightningOps.Paywalls;

namespace LightningOps.Authoring;

/// <summary>Makes one paywall per service, with the service's name, expressions and place.</summary>
internal sealed class AdoptedServices
{
    private const long PriorityStep = 10;
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

    /// <summary>Why a service cannot become a paywall, or null.</summary>
    /// <param name="service">The service.</param>
    /// <param name="extras">Its other members.</param>
    public static string? FindObstacle(GatewayService service, IReadOnlyList<string> extras)
    {
        if (!ServiceName.IsSellable(service.Name))
        {
            return "its name is empty or has a comma, a colon or a control character";
        }

        if (service.WasClosed)
        {
            return "it is closed, and its upstream is not known";
        }

        var members = new AdoptedMembers(service, extras);
        if (service.Auth != GatewayService.AuthOn && members.Freebie is null)
        {
            return service.Auth == GatewayService.AuthOff ? "it is free of charge: its auth is \"off\", or a value that Aperture reads as off" : "its auth \"" + service.Auth + "\" does not sell each request";
        }

        var lost = MemberChanges.GetTerms(extras).Select(static member => member.Split('.')[0]).Distinct().ToArray();
        if (service.PriceSats == 0 && lost.Length > 0)
        {
            var (have, them) = lost.Length == 1 ? (" has", "it") : (" have", "them");
            return "its " + string.Join(", ", lost) + have + " no effect while its price is 0 or missing, and a paywall would put " + them + " into force: write price: 1, or remove " + them;
        }

        // It is not repeated: it may be a secret.
        if (UpstreamUrl.HasUserInfoIn(service.Protocol + "://" + service.Address))
        {
            return "its upstream has a user name or password, which a paywall does not store";
        }

        if (members.UpstreamUrl is null)
        {
            return "its upstream " + service.Protocol + "://" + service.Address + " is not a URL that compiles to it";
        }

        return members.Rest.Count == 0 ? null
            : "a paywall does not have " + string.Join(", ", members.Rest)
                + (members.Rest.Any(static member => member.StartsWith("ratelimits[", StringComparison.Ordinal)) ? "; its limits are one per 1m and then one per 24h, with the pathregexp of the service, which stands in (?:...) in the second" : string.Empty);
    }

    /// <summary>The paywall of a service that has no obstacle.</summary>
    /// <param name="service">The service.</param>
    /// <param name="extras">Its other members.</param>
    /// <param name="place">Its place in the match order.</param>
    public Paywall Create(GatewayService service, IReadOnlyList<string> extras, int place)
    {
        var paywallId = "pw_" + createId();
        var members = new AdoptedMembers(service, extras);
        return new Paywall
        {
            PaywallId = paywallId,
            OwnerId = ownerId,
            Name = service.Name,
            Status = PaywallStatus.Active,
            Metadata = JsonText.From(ArtifactJson.Serialize(new Dictionary<string, object> { ["adoptedFrom"] = gateway })),
            CreatedAtMs = nowMs,
            UpdatedAtMs = nowMs,
            Policy = new PaywallPolicy
            {
                PaywallId = paywallId,
                OwnerId = ownerId,
                PricingMode = "fixed",
                FixedAmountMsats = service.EffectivePrice * Msats.PerSatoshi,
                QuotaPerMinute = members.PerMinute?.Requests,
                QuotaPerMinuteBurst = members.PerMinute?.Burst,
                QuotaPerDay = members.PerDay?.Requests,
                QuotaPerDayBurst = members.PerDay?.Burst,
                AuthScheme = members.Find("authscheme"),
                CredentialLifetimeSeconds = members.Lifetime,
                Freebie = members.Freebie,
                Headers = members.FindMap("headers"),
                TlsCertificatePath = members.Find("tlscertpath"),
                WhitelistPaths = members.FindPaths("authwhitelistpaths"),
                SkipInvoicePaths = members.FindPaths("authskipinvoicecreationpaths"),
                Capabilities = members.Find("capabilities")?.Split(','),
                Constraints = members.FindMap("constraints"),
                DynamicPrice = members.DynamicPrice,
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
                    UpstreamUrl = members.UpstreamUrl!,
                    Protocol = service.Protocol == "https" ? RouteProtocol.Https : RouteProtocol.Http,
                    Priority = (place + 1) * PriorityStep,
                    ServiceName = service.Name,
                    CreatedAtMs = nowMs,
                    UpdatedAtMs = nowMs,
                },
            ],
        };
    }
}
