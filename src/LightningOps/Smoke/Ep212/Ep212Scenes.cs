using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Payments;
using LightningOps.Storage;

namespace LightningOps.Smoke.Ep212;

/// <summary>Sets the scene of a mode.</summary>
internal static class Ep212Scenes
{
    // The addresses of the recorded runs; the fixtures answer for them and nothing is sent there.
    private const string RecordedRouteA = "https://l402.openagents.com/ep212/premium-signal";
    private const string RecordedRouteB = "https://l402.openagents.com/ep212/expensive-signal";

    private static readonly Msats MaxSpend = new(Ep212Settings.MaxSpendByDefault);

    /// <summary>The two routes.</summary>
    /// <exception cref="ConfigException">A setting of the mode cannot be used.</exception>
    public static async Task<Ep212Scene> CreateForRoutesAsync(SmokeRequest request, string requestId, CancellationToken cancellationToken) => request.Mode switch
    {
        SmokeMode.Live => Live(request, hasOtherSeller: false, settings => Ep212Routes.Create(requestId, settings.RouteAUrl, settings.RouteBUrl)),
        SmokeMode.Local => await Ep212Site.OpenAsync(request, url => Ep212Routes.Create(requestId, url + Ep212Site.PathA, url + Ep212Site.PathB), cancellationToken).ConfigureAwait(false),
        _ => MockRoutes(request, requestId),
    };

    /// <summary>The two routes and the seller beside them.</summary>
    /// <exception cref="ConfigException">A setting of the mode cannot be used.</exception>
    public static async Task<Ep212Scene> CreateForFullFlowAsync(SmokeRequest request, string requestId, CancellationToken cancellationToken) => request.Mode switch
    {
        SmokeMode.Live => Live(request, hasOtherSeller: true, settings => Ep212Routes.Create(requestId, settings.Sats4AiUrl!, settings.RouteAUrl, settings.RouteBUrl)),
        SmokeMode.Local => await Ep212Site.OpenAsync(request, url => Ep212Routes.Create(requestId, url + Ep212Site.Sats4AiPath, url + Ep212Site.PathA, url + Ep212Site.PathB), cancellationToken).ConfigureAwait(false),
        _ => MockFullFlow(request, requestId),
    };

    private static Ep212Scene MockRoutes(SmokeRequest request, string requestId)
    {
        var shop = new FixtureShop(FixtureShop.Routes, "ep212:");
        return new Ep212Scene
        {
            WalletBackend = "mock",
            Routes = Ep212Routes.Create(requestId, RecordedRouteA, RecordedRouteB),
            MaxSpend = MaxSpend,
            Payer = new CountingPayer(shop.OpenWallet()),
            Store = CredentialStore.InMemory(request.Time),
            Handler = new FixtureHandler(shop),
        };
    }

    private static Ep212Scene MockFullFlow(SmokeRequest request, string requestId)
    {
        var shop = new FixtureShop(FixtureShop.FullFlowRoutes, "ep212:full-flow:");
        var server = new FixtureServer(shop, request.Time);
        return new Ep212Scene
        {
            WalletBackend = "mock",
            Routes = Ep212Routes.Create(requestId, server.Url + shop.Paths[0], server.Url + shop.Paths[1], server.Url + shop.Paths[2]),
            MaxSpend = MaxSpend,
            Payer = new CountingPayer(shop.OpenWallet()),
            Store = CredentialStore.InMemory(request.Time),
            Opened = [server],
        };
    }

    /// <summary>What is bought with money is kept where everything bought is: a payment that is not concluded is looked at by the next run.</summary>
    private static Ep212Scene Live(SmokeRequest request, bool hasOtherSeller, Func<Ep212Settings, Ep212Routes> choose)
    {
        var settings = Ep212Settings.From(request.Environment, hasOtherSeller);
        var routes = choose(settings);
        var payer = PayerFactory.Create(request.Payer ?? new PayerReference(PayerKind.WalletExecutor, null), request.PayerSettings ?? new PayerSettings { Environment = request.Environment });
        return new Ep212Scene
        {
            WalletBackend = payer.Name.Replace('-', '_'),
            Routes = routes with { A = routes.A with { Method = settings.RouteAMethod, Body = settings.RouteABody } },
            MaxSpend = settings.MaxSpend,
            WalletPlace = request.WalletPlace,
            Limits = SpendLimits.From(request.Environment),
            Payer = new CountingPayer(payer),
            Store = new CredentialStore(new CredentialStoreOptions { Path = request.CredentialStorePath ?? StorePaths.DefaultCredentialStorePath(request.Environment), Time = request.Time }),
            AllowsSinglePurchases = true,
        };
    }
}

/// <summary>What an ep212 smoke buys from, and with what; what was opened for it goes with it.</summary>
internal sealed class Ep212Scene : IDisposable
{
    /// <summary><c>mock</c>, <c>simulated</c> or <c>wallet_executor</c>.</summary>
    public required string WalletBackend { get; init; }

    /// <summary>What is asked.</summary>
    public required Ep212Routes Routes { get; init; }

    /// <summary>The most a purchase may cost.</summary>
    public required Msats MaxSpend { get; init; }

    /// <summary>Limits beside it.</summary>
    public SpendLimits Limits { get; init; } = new();

    /// <summary>The wallet; how often it is asked to pay is counted.</summary>
    public required CountingPayer Payer { get; init; }

    /// <summary>What tells the wallet from others of its kind; null where there is one of the kind.</summary>
    public string? WalletPlace { get; init; }

    /// <summary>Where what is bought is kept.</summary>
    public required CredentialStore Store { get; init; }

    /// <summary>Answers the requests; null for the network.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Whether a credential may be good for one request only, so that the second one is paid for again.</summary>
    public bool AllowsSinglePurchases { get; init; }

    /// <summary>What else was opened, in that order.</summary>
    public IReadOnlyList<IDisposable> Opened { get; init; } = Array.Empty<IDisposable>();

    public void Dispose()
    {
        Payer.Dispose();
        Store.Dispose();
        Handler?.Dispose();
        foreach (var resource in Opened.Reverse())
        {
            resource.Dispose();
        }
    }
}

/// <summary>A request an ep212 smoke makes.</summary>
internal sealed record Ep212Route
{
    /// <summary>Where it goes, as the result names it.</summary>
    public required string Url { get; init; }

    /// <summary>Host header other than that of the address.</summary>
    public string? HostHeader { get; init; }

    /// <summary>GET or POST.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>JSON body; null for none.</summary>
    public string? Body { get; init; }

    /// <summary>What a credential is good for at the host.</summary>
    public required string Scope { get; init; }

    /// <summary>Request of the payment.</summary>
    public required string RequestId { get; init; }

    public Uri Address => new(Url);
}

/// <summary>The routes an ep212 smoke asks.</summary>
internal sealed record Ep212Routes
{
    /// <summary>The compatible endpoint of another seller; of the full flow only.</summary>
    public Ep212Route? Sats4Ai { get; init; }

    /// <summary>A route within the cap.</summary>
    public required Ep212Route A { get; init; }

    /// <summary>A route above the cap.</summary>
    public required Ep212Route B { get; init; }

    /// <summary>Hosts that may be bought from.</summary>
    public IReadOnlyList<string> Hosts => new[] { Sats4Ai, A, B }.OfType<Ep212Route>().SelectMany(GetHosts).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();

    /// <summary>The routes of the Ep212Routes smoke, which makes one payment.</summary>
    public static Ep212Routes Create(string requestId, string urlA, string urlB) => new()
    {
        A = new Ep212Route { Url = urlA, Scope = "ep212-route-a", RequestId = requestId },
        B = new Ep212Route { Url = urlB, Scope = "ep212-route-b", RequestId = requestId + ":over-cap" },
    };

    /// <summary>The routes of the Ep212FullFlow smoke; each of its payments has a request of its own.</summary>
    public static Ep212Routes Create(string requestId, string sats4AiUrl, string urlA, string urlB) => new()
    {
        Sats4Ai = new Ep212Route { Url = sats4AiUrl, Method = "POST", Body = Ep212Settings.SampleBody, Scope = "ep212-sats4ai-text", RequestId = requestId + ":sats4ai" },
        A = new Ep212Route { Url = urlA, Scope = "ep212-openagents-success", RequestId = requestId + ":openagents" },
        B = new Ep212Route { Url = urlB, Scope = "ep212-openagents-overcap", RequestId = requestId + ":over-cap" },
    };

    private static IEnumerable<string> GetHosts(Ep212Route route)
    {
        yield return route.Address.Host + ":" + route.Address.Port.ToString(CultureInfo.InvariantCulture);
        if (route.HostHeader is not null)
        {
            yield return route.HostHeader;
        }
    }
}
