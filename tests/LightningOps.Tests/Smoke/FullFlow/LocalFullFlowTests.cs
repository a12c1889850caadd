using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway.Memory;
using LightningOps.Payments.Simulation;
using LightningOps.Paywalls;
using LightningOps.Smoke;
using LightningOps.Smoke.FullFlow;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Smoke.FullFlow;

/// <summary>The full flow on this machine: whole, and with each component broken in turn.</summary>
public sealed class LocalFullFlowTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task All_eight_checks_are_made_and_pass()
    {
        var result = (FullFlowSmokeResult)await SmokeCatalog.Get(SmokeName.FullFlow).RunAsync(Request(OpenStore()), default);

        Assert.True(result.Ok, result.FailureReason);
        Assert.Equal((8, 8), (result.Coverage.TotalChecks, result.Coverage.PassedChecks));
        Assert.Equal((SmokeMode.Local, 21_000L, "lightning_preimage:"), (result.Mode, result.PaidRequest!.AmountMsats, result.PaidRequest.PaymentProofRef[..19]));
        Assert.True(result.GatewayReconcile is { HealthOk: true, ChallengeOk: true, ProxyOk: true, DeploymentStatus: DeploymentStatus.Applied });
        Assert.Empty(result.Parity!.LocalMissingKeys);
        Assert.Empty(result.Parity.HostedMissingKeys);
        Assert.Equal(["paywall.create", "gateway.reconcile", "request.paid", "request.denied", "settlement.correlate", "observability.verify", "parity.verify"], Events().Select(static happened => (string?)happened["stage"]));
    }

    [Fact]
    public async Task Nothing_of_it_is_the_same_twice_but_what_is_compiled()
    {
        var first = await RunAsync(static _ => { });
        var second = await RunAsync(static _ => { });

        Assert.NotEqual(first.PaidRequest!.PaymentProofRef, second.PaidRequest!.PaymentProofRef);
        Assert.NotEqual(first.PaidRequest.SettlementId, second.PaidRequest.SettlementId);
    }

    [Fact]
    public async Task Its_local_artifact_is_what_the_strict_comparison_of_the_other_modes_wants()
    {
        var local = await RunAsync(static _ => { });
        using var gateway = new MemoryGateway();

        var mock = (FullFlowSmokeResult)await SmokeCatalog.Get(SmokeName.FullFlow).RunAsync(
            new SmokeRequest
            {
                Mode = SmokeMode.Mock,
                ControlPlane = new MockControlPlane(TimeProvider.System),
                Gateway = gateway,
                ArtifactDirectory = folder.File("mock"),
                LocalArtifact = local.Parity!.LocalArtifactPath,
            },
            default);

        Assert.True(mock.Ok, mock.FailureReason);
    }

    [Fact]
    public async Task A_store_that_is_read_only_fails_the_paywalls()
    {
        using (var writer = OpenStore())
        {
            await writer.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, default);
        }

        await AssertFailsAsync(static _ => { }, "paywall_creation", "StoreError", "store_readonly", OpenStore(StoreAccess.Read));
    }

    [Fact]
    public Task A_gateway_that_was_killed_fails_the_roll_out() =>
        AssertFailsAsync(static site => site.Gateway.StopAsync().Wait(), "gateway_reconcile", "deploy_apply_failed", "gateway_stopped");

    [Fact]
    public Task An_upstream_that_is_down_fails_the_roll_out_at_its_proxy_check() =>
        AssertFailsAsync(static site => site.Upstream.Dispose(), "gateway_reconcile", "proxy_check_failed", "502");

    [Fact]
    public Task A_wallet_that_is_down_fails_the_purchase() =>
        AssertFailsAsync(static site => site.BuyerWallet.Fail(SimulatedWalletFault.Down, 100), "paid_request_success", "PaymentFailedError", "wallet_unreachable");

    [Fact]
    public Task A_wallet_that_proves_nothing_fails_the_purchase() =>
        AssertFailsAsync(static site => site.BuyerWallet.Fail(SimulatedWalletFault.WrongPreimage, 100), "paid_request_success", "PreimageMismatchError", string.Empty);

    [Theory]
    [InlineData(7200, "ahead of")]
    [InlineData(-7200, "behind")]
    [InlineData(120, "ahead of")]
    [InlineData(-120, "behind")]
    public async Task A_clock_that_is_skewed_fails_the_purchase_before_anything_is_paid(int seconds, string direction)
    {
        var skewed = new FakeTimeProvider(DateTimeOffset.UtcNow.AddSeconds(seconds));
        var payments = -1;

        await AssertFailsAsync(_ => { }, "paid_request_success", "clock_skewed", direction, nodeTime: skewed, after: site => payments = site.BuyerWallet.Payments);

        Assert.Equal(0, payments);
    }

    [Fact]
    public async Task A_gateway_that_dies_after_the_sale_fails_the_refusal()
    {
        LocalSite? broken = null;
        using var store = OpenStore();
        using var dying = new StoreHook(store, call =>
        {
            if (call == "pause")
            {
                broken!.Gateway.StopAsync().Wait();
            }
        });

        await AssertFailsAsync(site => broken = site, "policy_deny", "rollback_failed", "gateway_stopped", dying);
    }

    [Fact]
    public async Task A_store_that_forgets_a_settlement_fails_the_correlation()
    {
        using var store = OpenStore();
        using var forgetting = new StoreHook(store, static _ => { }) { ForgetsSettlements = true };

        await AssertFailsAsync(static _ => { }, "settlement_correlation", "full_flow_settlement_failed", "0 settlements", forgetting);
    }

    [Fact]
    public async Task A_pause_that_is_not_kept_fails_the_refusal()
    {
        using var store = OpenStore();
        using var deaf = new StoreHook(store, static _ => { }) { IgnoresPause = true };

        await AssertFailsAsync(static _ => { }, "policy_deny", "full_flow_policy_denied_missing", "although it is closed", deaf);
    }

    [Fact]
    public async Task A_local_artifact_of_another_run_is_compared_when_it_is_named()
    {
        File.WriteAllText(folder.File("local.json"), "{}");

        var result = await RunAsync(static _ => { }, request: Request(OpenStore()) with { LocalArtifact = folder.File("local.json") });

        Assert.Equal(("local_parity", "full_flow_missing_local_parity_keys"), (result.Failure!.Check, result.Failure.Code));
    }

    [Fact]
    public async Task No_secret_is_written_down()
    {
        var preimages = Array.Empty<string>();
        await RunAsync(static _ => { }, after: site => preimages = site.Node.Invoices.Where(static invoice => invoice.SettledAtMs is not null).Select(static invoice => invoice.Preimage.Reveal()).ToArray());

        var written = string.Concat(Directory.GetFiles(folder.File("out"), "*", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.Equal(3, preimages.Length);
        Assert.All(preimages, preimage => Assert.DoesNotContain(preimage, written, StringComparison.Ordinal));
        Assert.DoesNotContain("lnbcrt", written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Observability_in_local_mode_has_the_records_of_a_real_flow()
    {
        var result = (ObservabilitySmokeResult)await SmokeCatalog.Get(SmokeName.Observability).RunAsync(Request(OpenStore()), default);

        Assert.True(result.Ok, result.FailureReason);
        Assert.Contains(result.Records, static record => record is { PaidAmountMsats: 21_000, CacheHit: false, PaymentProofRef: not null });
        Assert.Contains(result.Records, static record => record.DenyReason == "global_pause_active");
        Assert.Equal(result.Records.Select(static record => record.ObservedAtMs), result.Records.Select(static record => record.ObservedAtMs).Order());
    }

    private LocalControlPlane OpenStore(StoreAccess access = StoreAccess.Write) =>
        new(new LocalStoreOptions { Path = folder.File("store.db"), Access = access, IsDurable = false });

    private SmokeRequest Request(IControlPlane store) => new()
    {
        Mode = SmokeMode.Local,
        ControlPlane = store,
        WorkingDirectory = folder.Path,
        ScratchDirectory = folder.File("scratch"),
        ArtifactDirectory = folder.File("out"),
    };

    private async Task<FullFlowSmokeResult> RunAsync(Action<LocalSite> breaking, SmokeRequest? request = null, TimeProvider? nodeTime = null, Action<LocalSite>? after = null)
    {
        var own = request ?? Request(OpenStore());
        using var site = new LocalSite(folder.File("site-" + Guid.NewGuid().ToString("N")), own.Time, nodeTime);
        breaking(site);
        var report = new FullFlowReport(own);
        var result = await FullFlowSmoke.RunAsync(new LocalFullFlow(own, report, site), report, CancellationToken.None);
        after?.Invoke(site);
        return result;
    }

    private async Task AssertFailsAsync(
        Action<LocalSite> breaking, string check, string code, string reason, IControlPlane? store = null, TimeProvider? nodeTime = null, Action<LocalSite>? after = null)
    {
        var result = await RunAsync(breaking, Request(store ?? OpenStore()), nodeTime, after);

        Assert.Equal((check, code), (result.Failure?.Check, result.Failure?.Code));
        Assert.Contains(reason, result.Failure!.Reason, StringComparison.Ordinal);
        Assert.Equal([check], result.Coverage.FailedChecks);
        Assert.Equal(FullFlowChecks.All.Skip(result.Coverage.PassedChecks + 1), result.Coverage.ChecksNotMade!);
        var summary = JsonNode.Parse(File.ReadAllText(folder.File("out/summary.json")))!;
        Assert.Equal((false, check, code), ((bool)summary["ok"]!, (string?)summary["failure"]!["check"], (string?)summary["failure"]!["code"]));
        var last = Events().Last();
        Assert.Equal(("failed", code), ((string?)last["status"], (string?)last["details"]!["code"]));
        Assert.All(Events().SkipLast(1), static happened => Assert.Equal("ok", (string?)happened["status"]));
    }

    private JsonNode[] Events() => File.ReadAllLines(folder.File("out/events.jsonl")).Select(static line => JsonNode.Parse(line)!).ToArray();
}
