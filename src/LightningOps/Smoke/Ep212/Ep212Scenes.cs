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

/// <summary>Prepares the scene of a mode.</summary>
internal static class Ep212Scenes
{
    // The addresses of the recorded runs. The fixtures answer for them, and nothing is sent there.
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

    /// <summary>The two routes and the other seller.</summary>
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

    /// <summary>Real purchases are kept in the regular store, so that the next run checks an unfinished payment.</summary>
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

/// <summary>The routes, wallet and store of an ep212 smoke; everything opened for it is disposed with it.</summary>
internal sealed class Ep212Scene : IDisposable
{
    /// <summary><c>mock</c>, <c>simulated</c> or <c>wallet_executor</c>.</summary>
    public required string WalletBackend { get; init; }

    /// <summary>The routes.</summary>
    public required Ep212Routes Routes { get; init; }

    /// <summary>Maximum cost of a purchase.</summary>
    public required Msats MaxSpend { get; init; }

    /// <summary>Further limits.</summary>
    public SpendLimits Limits { get; init; } = new();

    /// <summary>The wallet, with a count of its calls.</summary>
    public required CountingPayer Payer { get; init; }

    /// <summary>Identity of the wallet among others of its kind; null if there is only one.</summary>
    public string? WalletPlace { get; init; }

    /// <summary>Store of the purchases.</summary>
    public required CredentialStore Store { get; init; }

    /// <summary>Answers the requests; null for the network.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Whether a credential may be single-use, so that the second request is paid again.</summary>
    public bool AllowsSinglePurchases { get; init; }

    /// <summary>Other opened objects, in order.</summary>
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

/// <summary>A request of an ep212 smoke.</summary>
internal sealed record Ep212Route
{
    /// <summary>Its address, as in the result.</summary>
    public required string Url { get; init; }

    /// <summary>Host header other than that of the address.</summary>
    public string? HostHeader { get; init; }

    /// <summary>GET or POST.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>Scope of the credential at the host.</summary>
    public string? Body { get; init; }

    /// <summary>What a credential is good for at the host.</summary>
    public required string Scope { get; init; }

    /// <summary>Request of the payment.</summary>
    public required string RequestId { get; init; }

    public Uri Address => new(Url);
}

/// <summary>The routes of an ep212 smoke.</summary>
internal sealed record Ep212Routes
{
    /// <summary>The compatible endpoint of another seller; only in the full flow.</summary>
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

    /// <summary>The routes of the Ep212FullFlow smoke; each of its payments has its own request id.</summary>
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
