using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Gateway;
using LightningOps.Gateway.Records;
using LightningOps.Leases;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Leases;

[NeedsPostgres]
public sealed class PostgresLeasesTests : LeaseStoreContract, IClassFixture<PostgresDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly PostgresDatabase database;

    public PostgresLeasesTests(PostgresDatabase database)
    {
        this.database = database;
        if (PostgresServer.IsAvailable)
        {
            database.Empty();
        }
    }

    [PostgresFact]
    public async Task A_lease_runs_by_the_clock_of_the_database_whatever_this_machine_says()
    {
        using var leases = new PostgresLeases(database.Options());
        var wrong = Elsewhere(DateTimeOffset.UtcNow.AddDays(-3));
        Assert.Null(await leases.TryTakeAsync(wrong, None));

        var held = await leases.TryTakeAsync(Elsewhere(DateTimeOffset.UtcNow.AddDays(3)), None);

        Assert.Equal(wrong.Token, held!.Token);
        Assert.InRange(held.ExpiresAtMs - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 1, 120_000);
    }

    [PostgresFact]
    public async Task Each_lease_of_a_gateway_has_a_fence_one_more_than_the_last()
    {
        using var leases = new PostgresLeases(database.Options());
        for (var expected = 1; expected <= 3; expected++)
        {
            var claim = Elsewhere(DateTimeOffset.UtcNow.AddMinutes(1));
            Assert.Null(await leases.TryTakeAsync(claim, None));
            Assert.Equal(expected, leases.GetFence(claim));
            await leases.ReleaseAsync(claim, None);
        }
    }

    [PostgresFact]
    public async Task A_record_of_a_superseded_lease_is_refused_and_that_of_the_newest_is_not()
    {
        using var leases = new PostgresLeases(database.Options());
        using var records = new PostgresGatewayRecords(database.Options());
        using var plane = new PostgresControlPlane(database.Options());
        var first = await Lease.AcquireAsync(leases, TimeProvider.System, new LeaseRequest("admin:https://a", "first"), None);
        await leases.BreakAsync(first.Holder, None);
        var second = await Lease.AcquireAsync(leases, TimeProvider.System, new LeaseRequest("admin:https://a", "second"), None);
        Assert.True(second.Holder.Fence > first.Holder.Fence);

        using (LeaseScope.Enter(first.Holder))
        {
            Assert.Contains("lease_superseded", (await Assert.ThrowsAsync<GatewayException>(() => records.WriteAsync("admin:https://a", GatewayRecord.Empty, None))).Message, StringComparison.Ordinal);
            Assert.Equal("lease_superseded", (await Assert.ThrowsAsync<StoreException>(() => plane.RecordDeploymentAsync(Intent("dep_old"), None))).Code);
            Assert.Equal("lease_superseded", (await Assert.ThrowsAsync<StoreException>(() => plane.RecordEventAsync(Event(), None))).Code);
        }

        using (LeaseScope.Enter(second.Holder))
        {
            await records.WriteAsync("admin:https://a", GatewayRecord.Empty with { Names = ["s"] }, None);
            await plane.RecordDeploymentAsync(Intent("dep_new"), None);
            await plane.RecordEventAsync(Event(), None);
        }

        Assert.Equal(["s"], (await records.ReadAsync("admin:https://a", None)).Names);
        Assert.Equal("dep_new", Assert.Single(await plane.ListDeploymentsAsync(new DeploymentQuery(), None)).DeploymentId);
        Assert.Equal(second.Holder.Fence, database.Scalar("SELECT fence FROM lightningops.deployments WHERE deployment_id = 'dep_new'"));
        Assert.Equal(second.Holder.Fence, database.Scalar("SELECT fence FROM lightningops.gateway_events"));
        Assert.Equal(second.Holder.Fence, database.Scalar("SELECT fence FROM lightningops.gateway_records"));
        await second.ReleaseAsync();
        await first.ReleaseAsync();
    }

    [PostgresFact]
    public async Task A_lease_ends_at_its_margin_when_the_store_no_longer_answers()
    {
        using var leases = new SilentLeases();
        var lease = await Lease.AcquireAsync(leases, Time, new LeaseRequest("admin:https://a", "first"), None);

        Time.Advance(TimeSpan.FromSeconds(49));
        Assert.False(lease.Lost.IsCancellationRequested);
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(lease.Lost.IsCancellationRequested);
    }

    private protected override ILeaseStore Open() => new PostgresLeases(database.Options(), ProcessIdentity.IsAlive, Time);

    private protected override async Task LoseAsync(ILeaseStore store, LeaseHolder holder)
    {
        Assert.True(await ((IBreakableLeases)store).BreakAsync(holder, None));
        Assert.Null(await store.TryTakeAsync(Elsewhere(Time.GetUtcNow().AddMinutes(1)), None));
    }

    private static DeploymentIntent Intent(string id) => new() { DeploymentId = id, ConfigHash = new ConfigHash("cfg_1"), Status = DeploymentStatus.Applied, Diagnostics = [] };

    private static GatewayEventDraft Event() => new() { PaywallId = "pw", OwnerId = "owner", EventType = "applied", Level = EventLevel.Info };

    /// <summary>A store whose network hangs: a renewal never returns.</summary>
    private sealed class SilentLeases : ILeaseStore, IFencedLeases, IDisposable
    {
        private readonly TaskCompletionSource<bool> never = new();

        public TimeSpan Margin => TimeSpan.FromSeconds(10);

        public long GetFence(LeaseHolder holder) => 1;

        public Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken) => Task.FromResult<LeaseHolder?>(null);

        public Task<bool> RenewAsync(LeaseHolder holder, CancellationToken cancellationToken) => never.Task;

        public Task ReleaseAsync(LeaseHolder holder, CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => never.TrySetResult(false);
    }
}
