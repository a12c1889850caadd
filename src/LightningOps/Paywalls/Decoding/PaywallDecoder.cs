using System.Collections.Generic;
using System.Text.Json;

namespace LightningOps.Paywalls.Decoding;

/// <summary>Reads paywalls, their policies and routes (docs/reference/control-plane.md#decoding).</summary>
internal static class PaywallDecoder
{
    private const string PricingModePrefix = "PRICING_MODE_";

    private static readonly EnumNames<PaywallStatus> Statuses = new("PAYWALL_STATUS_");
    private static readonly EnumNames<RouteProtocol> Protocols = new("ROUTE_PROTOCOL_");

    private static readonly MemberNames SnapshotMembers = new("paywalls");

    private static readonly MemberNames PaywallMembers = new(
        "paywallId", "ownerId", "name", "description?", "status", "requestId?", "metadata?", "createdAtMs", "updatedAtMs", "policy", "routes");

    private static readonly MemberNames PolicyMembers = new(
        "paywallId", "ownerId", "pricingMode", "fixedAmountMsats", "maxPerRequestMsats?", "allowedHosts?", "blockedHosts?",
        "quotaPerMinute?", "quotaPerDay?", "killSwitch", "createdAtMs", "updatedAtMs",
        "authScheme?", "credentialLifetimeSeconds?", "freebie?", "headers?", "tlsCertificatePath?", "whitelistPaths?", "skipInvoicePaths?",
        "capabilities?", "constraints?", "dynamicPrice?", "quotaPerMinuteBurst?", "quotaPerDayBurst?");

    private static readonly MemberNames DynamicPriceMembers = new("grpcAddress", "insecure?", "tlsCertificatePath?", "metered?");

    private static readonly MemberNames RouteMembers = new(
        "routeId", "paywallId", "ownerId", "hostPattern", "pathPattern", "upstreamUrl", "protocol", "timeoutMs", "priority", "createdAtMs", "updatedAtMs", "serviceName?");

    /// <summary>A snapshot: <c>{paywalls:[…]}</c> with or without other members, or the list itself.</summary>
    public static IReadOnlyList<Paywall> ReadSnapshot(ref JsonCursor cursor)
    {
        if (cursor.Token == JsonTokenType.StartArray)
        {
            return ReadPaywalls(ref cursor);
        }

        IReadOnlyList<Paywall> paywalls = [];
        var scan = new MemberScan(SnapshotMembers);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            paywalls = ReadPaywalls(ref cursor);
        }

        return paywalls;
    }

    /// <summary>A list of paywalls.</summary>
    public static IReadOnlyList<Paywall> ReadPaywalls(ref JsonCursor cursor)
    {
        var paywalls = new List<Paywall>();
        cursor.EnterArray();
        while (cursor.NextElement(paywalls.Count))
        {
            paywalls.Add(ReadPaywall(ref cursor));
        }

        return paywalls.ToArray();
    }

    /// <summary>One paywall.</summary>
    public static Paywall ReadPaywall(ref JsonCursor cursor)
    {
        string id = string.Empty, owner = string.Empty, name = string.Empty;
        string? description = null, request = null;
        JsonText? metadata = null;
        PaywallStatus status = default;
        long created = 0, updated = 0;
        PaywallPolicy? policy = null;
        IReadOnlyList<PaywallRoute> routes = [];

        var scan = new MemberScan(PaywallMembers);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: id = cursor.ReadRepeatedText(); break;
                case 1: owner = cursor.ReadRepeatedText(); break;
                case 2: name = cursor.ReadText(); break;
                case 3: description = cursor.ReadText(); break;
                case 4: status = cursor.ReadEnum(Statuses); break;
                case 5: request = cursor.ReadRepeatedText(); break;
                case 6: metadata = cursor.ReadRaw(); break;
                case 7: created = cursor.ReadInteger(); break;
                case 8: updated = cursor.ReadInteger(); break;
                case 9: policy = ReadPolicy(ref cursor); break;
                default: routes = ReadRoutes(ref cursor); break;
            }
        }

        return new Paywall
        {
            PaywallId = id,
            OwnerId = owner,
            Name = name,
            Description = description,
            Status = status,
            RequestId = request,
            Metadata = metadata,
            CreatedAtMs = created,
            UpdatedAtMs = updated,
            Policy = policy!,
            Routes = routes,
        };
    }

    private static PaywallPolicy ReadPolicy(ref JsonCursor cursor)
    {
        string paywall = string.Empty, owner = string.Empty, pricingMode = string.Empty;
        long amount = 0, created = 0, updated = 0;
        long? most = null, perMinute = null, perDay = null;
        IReadOnlyList<string>? allowed = null, blocked = null;
        var killSwitch = false;
        var terms = new PolicyTerms();

        var scan = new MemberScan(PolicyMembers);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: paywall = cursor.ReadRepeatedText(); break;
                case 1: owner = cursor.ReadRepeatedText(); break;
                case 2: pricingMode = ReadPricingMode(ref cursor); break;
                case 3: amount = ReadAtLeast(ref cursor, 0, "must not be negative"); break;
                case 4: most = ReadAtLeast(ref cursor, 1, "must be greater than 0"); break;
                case 5: allowed = cursor.ReadTexts(); break;
                case 6: blocked = cursor.ReadTexts(); break;
                case 7: perMinute = cursor.ReadInteger(); break;
                case 8: perDay = cursor.ReadInteger(); break;
                case 9: killSwitch = cursor.ReadFlag(); break;
                case 10: created = cursor.ReadInteger(); break;
                case 11: updated = cursor.ReadInteger(); break;
                default: terms.Read(ref cursor, scan.Current - 12); break;
            }
        }

        return terms.AddTo(new PaywallPolicy
        {
            PaywallId = paywall,
            OwnerId = owner,
            PricingMode = pricingMode,
            FixedAmountMsats = amount,
            MaxPerRequestMsats = most,
            AllowedHosts = allowed,
            BlockedHosts = blocked,
            QuotaPerMinute = perMinute,
            QuotaPerDay = perDay,
            // A repeated switch is contradictory; the denying value prevails.
            KillSwitch = killSwitch || scan.IsRepeated(9),
            CreatedAtMs = created,
            UpdatedAtMs = updated,
        });
    }

    /// <summary>The members of a policy that only some control planes know. Most paywalls have none.</summary>
    private struct PolicyTerms
    {
        private PaywallPolicy? terms;

        public void Read(ref JsonCursor cursor, int member)
        {
            var known = terms ?? new PaywallPolicy { PaywallId = string.Empty, OwnerId = string.Empty, PricingMode = string.Empty };
            terms = member switch
            {
                0 => known with { AuthScheme = cursor.ReadRepeatedText() },
                1 => known with { CredentialLifetimeSeconds = cursor.ReadInteger() },
                2 => known with { Freebie = cursor.ReadInteger() },
                3 => known with { Headers = cursor.ReadTextMap() },
                4 => known with { TlsCertificatePath = cursor.ReadText() },
                5 => known with { WhitelistPaths = ReadSome(ref cursor) },
                6 => known with { SkipInvoicePaths = ReadSome(ref cursor) },
                7 => known with { Capabilities = ReadSome(ref cursor) },
                8 => known with { Constraints = cursor.ReadTextMap() },
                9 => known with { DynamicPrice = ReadDynamicPrice(ref cursor) },
                10 => known with { QuotaPerMinuteBurst = cursor.ReadInteger() },
                _ => known with { QuotaPerDayBurst = cursor.ReadInteger() },
            };
        }

        public readonly PaywallPolicy AddTo(PaywallPolicy policy) => terms is not { } read ? policy : read with
        {
            PaywallId = policy.PaywallId,
            OwnerId = policy.OwnerId,
            PricingMode = policy.PricingMode,
            FixedAmountMsats = policy.FixedAmountMsats,
            MaxPerRequestMsats = policy.MaxPerRequestMsats,
            AllowedHosts = policy.AllowedHosts,
            BlockedHosts = policy.BlockedHosts,
            QuotaPerMinute = policy.QuotaPerMinute,
            QuotaPerDay = policy.QuotaPerDay,
            KillSwitch = policy.KillSwitch,
            CreatedAtMs = policy.CreatedAtMs,
            UpdatedAtMs = policy.UpdatedAtMs,
        };

        private static IReadOnlyList<string>? ReadSome(ref JsonCursor cursor) => cursor.ReadTexts() is { Count: > 0 } texts ? texts : null;
    }

    private static DynamicPrice ReadDynamicPrice(ref JsonCursor cursor)
    {
        var address = string.Empty;
        bool? insecure = null, metered = null;
        string? certificate = null;
        var scan = new MemberScan(DynamicPriceMembers);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: address = cursor.ReadText(); break;
                case 1: insecure = cursor.ReadFlag(); break;
                case 2: certificate = cursor.ReadText(); break;
                default: metered = cursor.ReadFlag(); break;
            }
        }

        return new DynamicPrice { GrpcAddress = address, Insecure = insecure, TlsCertificatePath = certificate, Metered = metered };
    }

    private static IReadOnlyList<PaywallRoute> ReadRoutes(ref JsonCursor cursor)
    {
        var routes = new List<PaywallRoute>();
        cursor.EnterArray();
        while (cursor.NextElement(routes.Count))
        {
            routes.Add(ReadRoute(ref cursor));
        }

        return routes.ToArray();
    }

    private static PaywallRoute ReadRoute(ref JsonCursor cursor)
    {
        string id = string.Empty, paywall = string.Empty, owner = string.Empty, host = string.Empty, path = string.Empty, upstream = string.Empty;
        string? service = null;
        RouteProtocol protocol = default;
        long timeout = 0, priority = 0, created = 0, updated = 0;

        var scan = new MemberScan(RouteMembers);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: id = cursor.ReadText(); break;
                case 1: paywall = cursor.ReadRepeatedText(); break;
                case 2: owner = cursor.ReadRepeatedText(); break;
                case 3: host = cursor.ReadRepeatedText(); break;
                case 4: path = cursor.ReadText(); break;
                case 5: upstream = cursor.ReadRepeatedText(); break;
                case 6: protocol = cursor.ReadEnum(Protocols); break;
                case 7: timeout = cursor.ReadInteger(); break;
                case 8: priority = cursor.ReadInteger(); break;
                case 9: created = cursor.ReadInteger(); break;
                case 10: updated = cursor.ReadInteger(); break;
                default: service = cursor.ReadText(); break;
            }
        }

        return new PaywallRoute
        {
            RouteId = id,
            PaywallId = paywall,
            OwnerId = owner,
            HostPattern = host,
            PathPattern = path,
            UpstreamUrl = upstream,
            Protocol = protocol,
            TimeoutMs = timeout,
            Priority = priority,
            ServiceName = service,
            CreatedAtMs = created,
            UpdatedAtMs = updated,
        };
    }

    // Any mode is kept, so that the compiler's diagnostic can name an unsupported one.
    private static string ReadPricingMode(ref JsonCursor cursor)
    {
        var text = cursor.ReadRepeatedText();
        if (!text.StartsWith(PricingModePrefix, System.StringComparison.Ordinal))
        {
            return text;
        }

        var mode = text.Substring(PricingModePrefix.Length).ToLowerInvariant();
        return mode is "unspecified" ? throw cursor.Failure("is missing") : mode;
    }

    private static long ReadAtLeast(ref JsonCursor cursor, long least, string reason)
    {
        var value = cursor.ReadInteger();
        return value >= least ? value : throw cursor.Failure(reason);
    }
}
