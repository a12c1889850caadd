using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Smoke.FullFlow;

namespace LightningOps.Smoke.Ep212;

/// <summary>Route A: price and purchase. Route B: price, and refused before a payment. The first failed check ends it.</summary>
internal sealed class Ep212RoutesSmoke : IBuyingSmoke
{
    private const string DefaultRequestId = "smoke:ep212-routes";

    public SmokeName Name => SmokeName.Ep212Routes;

    public ControlPlaneMode? DefaultMode => ControlPlaneMode.Mock;

    public bool NeedsGateway => false;

    public bool UsesScratchStore => false;

    public async Task<ISmokeResult> RunAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var requestId = request.RequestId ?? DefaultRequestId;
        using var scene = await Ep212Scenes.CreateForRoutesAsync(request, requestId, cancellationToken).ConfigureAwait(false);
        using var purchases = new Ep212Purchases(scene, request);
        var progress = new FlowProgress(request.Time);
        Ep212PaidRoute? routeA = null;
        Ep212BlockedRoute? routeB = null;
        try
        {
            await progress.StageAsync("route_a", requestId, async stage => routeA = await BuyAsync(stage, scene, purchases, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            await progress.StageAsync("route_b", requestId, async stage => routeB = await ExpectRefusalAsync(stage, scene, purchases, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (LightningOpsException) when (progress.Failure is not null)
        {
            // The result contains it.
        }

        return new Ep212RoutesSmokeResult
        {
            Ok = progress.Failure is null,
            RequestId = requestId,
            Mode = request.Mode,
            WalletBackend = scene.WalletBackend,
            RouteA = routeA,
            RouteB = routeB,
            Failure = progress.Failure,
            Events = progress.Events,
        };
    }

    private static async Task<Ep212PaidRoute> BuyAsync(FlowStage stage, Ep212Scene scene, Ep212Purchases purchases, CancellationToken cancellationToken)
    {
        stage.Check("route_a_challenge");
        var quote = await purchases.QuoteAsync(scene.Routes.A, cancellationToken).ConfigureAwait(false);
        stage.Check("route_a_paid");
        var bought = await purchases.BuyAsync(scene.Routes.A, stage, cancellationToken).ConfigureAwait(false);
        return new Ep212PaidRoute
        {
            Url = scene.Routes.A.Url,
            ChallengeStatusCode = quote.StatusCode,
            QuotedAmountMsats = quote.Amount,
            PaidStatusCode = bought.StatusCode,
            PaidAmountMsats = bought.Amount!.Value,
            PaymentId = bought.PaymentId,
            ProofReference = bought.ProofReference!,
            ResponseBytes = bought.Bytes,
            ResponseSha256 = bought.Sha256,
        };
    }

    private static async Task<Ep212BlockedRoute> ExpectRefusalAsync(FlowStage stage, Ep212Scene scene, Ep212Purchases purchases, CancellationToken cancellationToken)
    {
        stage.Check("route_b_challenge");
        var quote = await purchases.QuoteAsync(scene.Routes.B, cancellationToken).ConfigureAwait(false);
        stage.Check("route_b_blocked");
        var before = scene.Payer.Calls;
        var denial = await purchases.ExpectRefusalAsync(scene.Routes.B, quote, cancellationToken).ConfigureAwait(false);
        return new Ep212BlockedRoute
        {
            Url = scene.Routes.B.Url,
            ChallengeStatusCode = quote.StatusCode,
            QuotedAmountMsats = quote.Amount,
            MaxSpendMsats = denial.MaxSpend ?? scene.MaxSpend,
            Blocked = true,
            DenyReasonCode = denial.Code,
            PayerCallsBefore = before,
            PayerCallsAfter = scene.Payer.Calls,
        };
    }
}
