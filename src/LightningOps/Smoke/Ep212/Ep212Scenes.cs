using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Local;
using LightningOps.L402.Credentials;
using LightningOps.L402.Payments;
using LightningOps.L402.Spending;
using LightningOps.Paywalls;

namespace LightningOps.Smoke.Ep212;

/// <summary>Sets the scene of a mode.</summary>
internal static class Ep212Scenes
{
    private static readonly Msats MaxSpend = new(Ep212Settings.MaxSpendByDefault);

    /// <summary>The two routes.</summary>
    /// <exception cref="ConfigException">A setting of the mode cannot be used.</exception>
    public static async Task<Ep212Scene> OfRoutesAsync(SmokeRequest request, string requestId, CancellationToken cancellationToken) => request.Mode switch
    {
        SmokeMode.Live => Live(request, settings => Ep212Routes.Of(requestId, settings.RouteAUrl, settings.RouteBUrl)),
        SmokeMode.Local => await Ep212Site.OpenAsync(request, url => Ep212Routes.Of(requestId, url + Ep212Site.PathA, url + Ep212Site.PathB), cancellationToken).ConfigureAwait(false),
        _ => MockRoutes(request, requestId),
    };

    /// <summary>The two routes and the seller beside them.</summary>
    /// <exception cref="ConfigException">A setting of the mode cannot be used.</exception>
    public static async Task<Ep212Scene> OfFullFlowAsync(SmokeRequest request, string requestId, CancellationToken cancellationToken) => request.Mode switch
    {
        SmokeMode.Live => Live(request, settings => Ep212Routes.Of(requestId, settings.Sats4AiUrl, settings.RouteAUrl, settings.RouteBUrl)),
        SmokeMode.Local => await Ep212Site.OpenAsync(request, url => Ep212Routes.Of(requestId, url + Ep212Site.Sats4AiPath, url + Ep212Site.PathA, url + Ep212Site.PathB), cancellationToken).ConfigureAwait(false),
        _ => MockFullFlow(request, requestId),
    };

    private static Ep212Scene MockRoutes(SmokeRequest request, string requestId)
    {
        var shop = new FixtureShop(FixtureShop.Routes, "ep212:");
        return new Ep212Scene
        {
            WalletBackend = "mock",
            Routes = Ep212Routes.Of(requestId, Ep212Settings.RouteAUrlByDefault, Ep212Settings.RouteBUrlByDefault),
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
            Routes = Ep212Routes.Of(requestId, server.Url + shop.Paths[0], server.Url + shop.Paths[1], server.Url + shop.Paths[2]),
            MaxSpend = MaxSpend,
            Payer = new CountingPayer(shop.OpenWallet()),
            Store = CredentialStore.InMemory(request.Time),
            Opened = [server],
        };
    }

    /// <summary>What is bought with money is kept where everything bought is: a payment that is not concluded is looked at by the next run.</summary>
    private static Ep212Scene Live(SmokeRequest request, Func<Ep212Settings, Ep212Routes> choose)
    {
        var settings = Ep212Settings.From(request.Environment);
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
