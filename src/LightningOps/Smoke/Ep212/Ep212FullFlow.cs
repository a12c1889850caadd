using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts;
using LightningOps.Buyer;
using LightningOps.Reconcile;
using LightningOps.Smoke.FullFlow;

namespace LightningOps.Smoke.Ep212;

/// <summary>The stages of the Ep212FullFlow smoke, in order; the first failed check ends them.</summary>
internal sealed class Ep212FullFlow : IDisposable
{
    private const int Success = 200;
    private readonly Ep212Scene scene;
    private readonly SmokeRequest request;
    private readonly string requestId;
    private readonly Ep212Purchases purchases;
    private int challengeStatus;
    private Ep212RepeatedPurchase? sats4Ai;
    private Ep212PaidEndpoint? openAgents;
    private Ep212BlockedEndpoint? overCap;

    public Ep212FullFlow(Ep212Scene scene, SmokeRequest request, string requestId)
    {
        this.scene = scene;
        this.request = request;
        this.requestId = requestId;
        purchases = new Ep212Purchases(scene, request);
        Progress = new FlowProgress(request.Time);
    }

    public FlowProgress Progress { get; }

    private Ep212Route Seller => scene.Routes.Sats4Ai!;

    /// <summary>Runs the stages.</summary>
    /// <exception cref="LightningOpsException">A check failed; it is also in <see cref="Progress" />.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await StageAsync("sats4ai.challenge", stage => QuoteAsync(stage, cancellationToken)).ConfigureAwait(false);
        await StageAsync("sats4ai.first", stage => BuyAsync(stage, cancellationToken)).ConfigureAwait(false);
        await StageAsync("sats4ai.cached", stage => BuyAgainAsync(stage, cancellationToken)).ConfigureAwait(false);
        await StageAsync("openagents.route_success", stage => BuyRouteAsync(stage, cancellationToken)).ConfigureAwait(false);
        await StageAsync("openagents.over_cap_block", stage => ExpectRefusalAsync(stage, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>The result so far.</summary>
    /// <param name="directory">Folder of the artifacts.</param>
    public Ep212FullFlowSmokeResult Result(string directory) => new()
    {
        Ok = Progress.Failure is null && overCap is not null,
        RequestId = requestId,
        Mode = request.Mode,
        WalletBackend = scene.WalletBackend,
        Sats4Ai = sats4Ai,
        OpenAgentsRoute = openAgents,
        OverCap = overCap,
        Failure = Progress.Failure,
        Events = Progress.Events,
        Artifacts = new FlowArtifacts
        {
            ArtifactDir = directory,
            SummaryPath = Path.Combine(directory, RunRecord.SummaryFile),
            EventsPath = Path.Combine(directory, RunRecord.EventsFile),
            GeneratedAtMs = request.Time.GetUtcNow().ToUnixTimeMilliseconds(),
        },
    };

    public void Dispose() => purchases.Dispose();

    private Task StageAsync(string name, Func<FlowStage, Task> body) => Progress.StageAsync(name, requestId, body);

    private async Task QuoteAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check("sats4ai_challenge");
        var quote = await purchases.QuoteAsync(Seller, cancellationToken).ConfigureAwait(false);
        challengeStatus = quote.StatusCode;
        stage.Details["statusCode"] = quote.StatusCode;
        if (quote.Amount is { } asked)
        {
            stage.Details["amountMsats"] = asked.Value;
        }
    }

    private async Task BuyAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check("sats4ai_paid");
        var bought = await purchases.BuyAsync(Seller, stage, cancellationToken).ConfigureAwait(false);
        stage.Details["cacheStatus"] = EnumName.GetName(bought.CacheStatus);
        sats4Ai = new Ep212RepeatedPurchase
        {
            EndpointUrl = Seller.Url,
            ChallengeStatusCode = challengeStatus,
            FirstStatusCode = bought.StatusCode,
            FirstPaid = true,
            FirstPaymentId = bought.PaymentId,
            FirstAmountMsats = bought.Amount!.Value,
            FirstProofReference = bought.ProofReference!,
            FirstCacheStatus = bought.CacheStatus,
            FirstResponseBytes = bought.Bytes,
            FirstResponseSha256 = bought.Sha256,
            PayerCallsAfterFirst = scene.Payer.Calls,
        };
    }

    private async Task BuyAgainAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check("sats4ai_cached");
        var second = await purchases.BuyAgainAsync(Seller, stage, cancellationToken).ConfigureAwait(false);
        var isHit = second is { CacheStatus: L402CacheStatus.Hit, StatusCode: Success };
        sats4Ai = sats4Ai! with
        {
            SecondStatusCode = second.StatusCode,
            SecondPaid = second.Amount is not null,
            SecondCacheStatus = second.CacheStatus,
            CacheHit = isHit,
            PayerCallsAfterSecond = scene.Payer.Calls,
        };
        stage.Details["cacheStatus"] = EnumName.GetName(second.CacheStatus);
        stage.Details["cacheHit"] = isHit;
        Check(isHit ? scene.Payer.Calls == sats4Ai.PayerCallsAfterFirst : scene.AllowsSinglePurchases && second.Amount is not null && second.StatusCode == Success, second);
    }

    private void Check(bool isGood, Ep212Purchase second)
    {
        if (!isGood)
        {
            throw new FlowCheckException("cache_miss", FormattableString.Invariant($"The second request was answered with {second.StatusCode}; credential cache: {EnumName.GetName(second.CacheStatus)}; wallet calls: {scene.Payer.Calls}."));
        }
    }

    private async Task BuyRouteAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check("openagents_challenge");
        var quote = await purchases.QuoteAsync(scene.Routes.A, cancellationToken).ConfigureAwait(false);
        stage.Check("openagents_paid");
        var bought = await purchases.BuyAsync(scene.Routes.A, stage, cancellationToken).ConfigureAwait(false);
        openAgents = new Ep212PaidEndpoint
        {
            EndpointUrl = scene.Routes.A.Url,
            ChallengeStatusCode = quote.StatusCode,
            PaidStatusCode = bought.StatusCode,
            PaidAmountMsats = bought.Amount!.Value,
            PaymentId = bought.PaymentId,
            ProofReference = bought.ProofReference!,
            ResponseBytes = bought.Bytes,
            ResponseSha256 = bought.Sha256,
        };
    }

    private async Task ExpectRefusalAsync(FlowStage stage, CancellationToken cancellationToken)
    {
        stage.Check("over_cap_challenge");
        var quote = await purchases.QuoteAsync(scene.Routes.B, cancellationToken).ConfigureAwait(false);
        stage.Check("over_cap_blocked");
        var before = scene.Payer.Calls;
        var denial = await purchases.ExpectRefusalAsync(scene.Routes.B, quote, cancellationToken).ConfigureAwait(false);
        var most = denial.MaxSpend ?? scene.MaxSpend;
        stage.Details["denyReasonCode"] = denial.Code;
        stage.Details["quotedAmountMsats"] = quote.Amount!.Value.Value;
        stage.Details["maxSpendMsats"] = most.Value;
        overCap = new Ep212BlockedEndpoint
        {
            EndpointUrl = scene.Routes.B.Url,
            ChallengeStatusCode = quote.StatusCode,
            QuotedAmountMsats = quote.Amount,
            MaxSpendMsats = most,
            Blocked = true,
            DenyReasonCode = denial.Code,
            PayerCallsBefore = before,
            PayerCallsAfter = scene.Payer.Calls,
        };
    }
}
