using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Settings;
using LightningOps.Smoke;
using LightningOps.Smoke.Ep212;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Smoke.Ep212;

public sealed class Ep212LocalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Routes_are_bought_from_a_gateway_that_serves_their_compile()
    {
        var result = (Ep212RoutesSmokeResult)await RunAsync(SmokeName.Ep212Routes);

        Assert.True(result.Ok, result.FailureReason);
        Assert.Equal(("simulated", SmokeMode.Local), (result.WalletBackend, result.Mode));
        Assert.Equal((402, 70_000, 200, 70_000), (result.RouteA!.ChallengeStatusCode, result.RouteA.QuotedAmountMsats!.Value, result.RouteA.PaidStatusCode, result.RouteA.PaidAmountMsats));
        Assert.Equal((250_000, "amount_over_cap", 1, 1), (result.RouteB!.QuotedAmountMsats!.Value, result.RouteB.DenyReasonCode, result.RouteB.PayerCallsBefore, result.RouteB.PayerCallsAfter));
    }

    [Fact]
    public async Task The_full_flow_pays_twice_for_three_answers()
    {
        var result = (Ep212FullFlowSmokeResult)await RunAsync(SmokeName.Ep212FullFlow);

        Assert.True(result.Ok, result.FailureReason);
        Assert.Equal((true, L402CacheStatus.Hit, 1, false), (result.Sats4Ai!.CacheHit, result.Sats4Ai.SecondCacheStatus, result.Sats4Ai.PayerCallsAfterSecond, result.Sats4Ai.SecondPaid));
        Assert.Equal((2, 2), (result.OverCap!.PayerCallsBefore, result.OverCap.PayerCallsAfter));
        Assert.NotEqual(result.Sats4Ai.FirstProofReference, result.OpenAgentsRoute!.ProofReference);
    }

    [Fact]
    public async Task Nothing_of_it_stays_beside_the_artifacts()
    {
        await RunAsync(SmokeName.Ep212FullFlow);

        Assert.Equal(["events.jsonl", "report.html", "summary.json"], Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order());
    }

    private Task<ISmokeResult> RunAsync(SmokeName name) => SmokeCatalog.Get(name).RunAsync(
        new SmokeRequest
        {
            Mode = SmokeMode.Local,
            WorkingDirectory = folder.Path,
            Environment = OperatorEnvironment.From(new Dictionary<string, string> { [EnvironmentVariables.Store] = folder.File("books/store.db") }),
        },
        CancellationToken.None);
}
