using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Gateway.Loopback;
using LightningOps.Paywalls;
using LightningOps.Storage;

namespace LightningOps.Smoke.Ep212;

/// <summary>
/// The scene of local mode: the ep212 paywalls in a separate store beside the operator's, compiled, and served by a
/// loopback gateway that mints, checks and proxies. Only the Lightning node and the upstream are simulated.
/// </summary>
internal static class Ep212Site
{
    public const string Sats4AiPath = "/sats4ai/text-generation";
    public const string PathA = "/ep212/premium-signal";
    public const string PathB = "/ep212/expensive-signal";

    private const string Host = "l402.openagents.com";
    private const string Owner = "owner_ep212";
    private const long WithinCapMsats = 70_000;
    private const long AboveCapMsats = 250_000;

    /// <summary>Opens the scene.</summary>
    /// <param name="request">The smoke's request.</param>
    /// <param name="choose">Returns the routes for the gateway's base URL.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <exception cref="LightningOpsException">The store or the gateway cannot be opened.</exception>
    public static async Task<Ep212Scene> OpenAsync(SmokeRequest request, Func<string, Ep212Routes> choose, CancellationToken cancellationToken)
    {
        var yaml = await CompileAsync(request, cancellationToken).ConfigureAwait(false);
        var upstream = EchoUpstream.Start();
        try
        {
            var gateway = LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = yaml, Upstream = upstream.Url, Time = request.Time });
            var routes = choose(gateway.Url);
            return new Ep212Scene
            {
                WalletBackend = "simulated",
                Routes = routes with { Sats4Ai = AtHost(routes.Sats4Ai), A = AtHost(routes.A)!, B = AtHost(routes.B)! },
                MaxSpend = new Msats(Ep212Settings.MaxSpendByDefault),
                Payer = new CountingPayer(gateway.Wallet),
                Store = CredentialStore.InMemory(request.Time),
                Opened = [upstream, gateway],
            };
        }
        catch
        {
            upstream.Dispose();
            throw;
        }
    }

    private static Ep212Route? AtHost(Ep212Route? route) => route is null ? null : route with { HostHeader = Host };

    private static async Task<string> CompileAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        using var scratch = ScratchStore.CreateBeside(StorePaths.DefaultStorePath(request.Environment));
        using var store = new LocalControlPlane(new LocalStoreOptions { Path = scratch.Path, Time = request.Time });
        await store.ImportPaywallsAsync(Paywalls(), PaywallImportMode.Replace, cancellationToken).ConfigureAwait(false);
        var compile = await ControlPlaneCompiler.CompileAsync(store, new CompileOptions { Format = ArtifactFormat.Aperture }, cancellationToken).ConfigureAwait(false);
        return compile.ApertureYaml ?? throw new InvalidOperationException("The ep212 paywalls do not compile: " + string.Join("; ", compile.Diagnostics));
    }

    private static IReadOnlyList<Paywall> Paywalls() =>
        [CreatePaywall("sats4ai", Sats4AiPath, WithinCapMsats), CreatePaywall("premium", PathA, WithinCapMsats), CreatePaywall("expensive", PathB, AboveCapMsats)];

    private static Paywall CreatePaywall(string name, string path, long priceMsats) => new()
    {
        PaywallId = "pw_ep212_" + name,
        OwnerId = Owner,
        Name = "Episode 212 " + name,
        Status = PaywallStatus.Active,
        Policy = new PaywallPolicy { PaywallId = "pw_ep212_" + name, OwnerId = Owner, PricingMode = "fixed", FixedAmountMsats = new Msats(priceMsats) },
        Routes =
        [
            new PaywallRoute
            {
                RouteId = "route_ep212_" + name,
                PaywallId = "pw_ep212_" + name,
                OwnerId = Owner,
                HostPattern = Host,
                PathPattern = path,
                UpstreamUrl = "https://ep212.vendor.example.com" + path,
                Protocol = RouteProtocol.Https,
                TimeoutMs = 8000,
            },
        ],
    };
}
