using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Reconcile;

public sealed class DriftCheckTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_gateway_that_serves_something_else_is_in_drift_and_stays_so()
    {
        var bench = new ReconcileBench();

        var drift = await CheckAsync(bench);

        Assert.Equal((DriftStatus.InDrift, true, 1), (drift.Status, drift.InDrift, drift.ExitCode));
        Assert.Equal((ReconcileBench.PreviousHash, bench.WantedHash), (drift.ServedConfigHash, drift.ConfigHash));
        Assert.All(drift.Plan!.Changes, change => Assert.Equal(ServiceChangeKind.Added, change.Kind));
        Assert.Equal(ReconcileBench.PreviousHash, bench.ServedHash());
        Assert.Equal([GatewayOperation.ReadState], bench.Gateway.Calls);
        Assert.Equal(["list", "security"], bench.ControlPlane.Calls);
    }

    [Fact]
    public async Task After_a_reconcile_it_is_in_sync()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();

        Assert.Equal((DriftStatus.InSync, 0), ((await CheckAsync(bench)).Status, (await CheckAsync(bench)).ExitCode));
    }

    [Fact]
    public async Task A_kill_switch_set_since_is_drift()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        await bench.Plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_news", Active = true }, None);

        Assert.Equal(ServiceChangeKind.Closed, Assert.Single((await CheckAsync(bench)).Plan!.Changes).Kind);
    }

    [Fact]
    public async Task Paywalls_that_do_not_compile_leave_it_undetermined()
    {
        var bench = new ReconcileBench([Priced("p", 0, Route("r", "shop.example.com", "/a"))]);

        var drift = await CheckAsync(bench);

        Assert.Equal((DriftStatus.Undetermined, 2, false), (drift.Status, drift.ExitCode, drift.InDrift));
        Assert.NotEmpty(drift.Diagnostics);
        Assert.Empty(bench.Gateway.Calls);
    }

    [Fact]
    public async Task A_gateway_that_cannot_be_read_is_no_result()
    {
        var bench = new ReconcileBench();
        bench.Faults.Fail(GatewayOperation.ReadState, FaultMoment.Before);

        await Assert.ThrowsAsync<GatewayException>(() => CheckAsync(bench));
    }

    [Fact]
    public async Task A_gateway_that_cannot_be_read_is_a_result_of_its_own_for_a_scheduled_run()
    {
        var bench = new ReconcileBench();
        bench.Faults.Fail(GatewayOperation.ReadState, FaultMoment.Before);

        var drift = await new DriftCheck(bench.ControlPlane, bench.Gateway, bench.Time) { ReportsUnreachable = true }.RunAsync(bench.Options, None);

        Assert.Equal((DriftStatus.Undetermined, 2, false, false), (drift.Status, drift.ExitCode, drift.InDrift, drift.IsOnlyWritten));
        Assert.NotNull(drift.GatewayFailure);
    }

    private static Task<DriftResult> CheckAsync(ReconcileBench bench) =>
        new DriftCheck(bench.ControlPlane, bench.Gateway, bench.Time).RunAsync(bench.Options, None);
}
