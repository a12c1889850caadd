using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Leases;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Leases;

/// <summary>What every place for leases keeps; one class a place.</summary>
public abstract class LeaseStoreContract : IDisposable
{
    private const string Gateway = "file:/etc/aperture/aperture.yaml";
    private static readonly CancellationToken None = CancellationToken.None;

    // Only a lease that is never renewed is waited for that long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    protected TemporaryFolder Folder { get; } = new();

    protected FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public virtual void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [ContractFact]
    public async Task One_holds_it_at_a_time_and_is_told()
    {
        var store = Open();
        var lease = await TakeAsync(store, "first");

        var held = await Assert.ThrowsAsync<LeaseHeldException>(() => TakeAsync(Open(), "second"));

        Assert.Equal(lease.Holder with { Token = held.Holder!.Token }, held.Holder);
        Assert.Contains("process " + Environment.ProcessId + " on " + Environment.MachineName, held.Message, StringComparison.Ordinal);
        Assert.Contains("for request first", held.Message, StringComparison.Ordinal);
        await lease.ReleaseAsync();
    }

    [ContractFact]
    public async Task Released_it_is_free()
    {
        await (await TakeAsync(Open(), "first")).ReleaseAsync();

        var second = await TakeAsync(Open(), "second");

        Assert.Equal("second", second.Holder.RequestId);
        await second.ReleaseAsync();
    }

    [ContractFact]
    public async Task A_lease_that_is_broken_is_lost_to_its_holder_before_it_sends_anything_more()
    {
        var store = Open();
        if (store is not IBreakableLeases)
        {
            return;
        }

        var theirs = await TakeAsync(store, "first");
        var breaking = new BreakableLease(Open(), Gateway, Time);

        var holder = await breaking.FindHolderAsync(None);
        Assert.Equal("first", holder!.RequestId);
        Assert.Contains("process " + Environment.ProcessId + " on " + Environment.MachineName + " since ", holder.Describe(), StringComparison.Ordinal);
        Assert.Contains(", until " + DateTimeOffset.FromUnixTimeMilliseconds(holder.ExpiresAtMs).ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture) + "Z", holder.Describe(), StringComparison.Ordinal);
        Assert.True(await breaking.BreakAsync(holder, None));

        var mine = await TakeAsync(Open(), "second");
        Assert.False(await theirs.ConfirmAsync());
        await theirs.ReleaseAsync();
        Assert.True(await mine.ConfirmAsync());
        await mine.ReleaseAsync();
        Assert.Null(await breaking.FindHolderAsync(None));
    }

    [ContractFact]
    public async Task A_lease_that_another_holds_by_now_is_not_broken()
    {
        var store = Open();
        if (store is not IBreakableLeases)
        {
            return;
        }

        var first = await TakeAsync(store, "first");
        var breaking = new BreakableLease(Open(), Gateway, Time);
        var shown = await breaking.FindHolderAsync(None);
        await first.ReleaseAsync();
        var second = await TakeAsync(store, "second");

        Assert.False(await breaking.BreakAsync(shown!, None));

        Assert.True(await second.ConfirmAsync());
        await second.ReleaseAsync();
    }

    [ContractFact]
    public async Task Another_gateways_is_another()
    {
        var first = await TakeAsync(Open(), "first");
        var other = await Lease.AcquireAsync(Open(), Time, new LeaseRequest("file:/etc/aperture/other.yaml", "second"), None);

        await first.ReleaseAsync();
        await other.ReleaseAsync();
    }

    [ContractFact]
    public async Task Of_many_that_ask_at_once_one_gets_it()
    {
        var asked = await Task.WhenAll(Enumerable.Range(0, 8).Select(async asker =>
        {
            try
            {
                return await Task.Run(() => TakeAsync(Open(), "asker" + asker));
            }
            catch (LeaseHeldException)
            {
                return null;
            }
        }));

        await Assert.Single(asked, lease => lease is not null)!.ReleaseAsync();
    }

    [ContractFact]
    public async Task One_that_waits_gets_it_when_it_is_released()
    {
        var first = await TakeAsync(Open(), "first");
        var second = TakeAsync(Open(), "second", wait: TimeSpan.FromHours(1));
        await first.ReleaseAsync();

        while (!second.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(250));

            // The store works in real time: a clock that runs ahead of it would use up the hour.
            await Task.Delay(1);
        }

        await (await second).ReleaseAsync();
    }

    [ContractFact]
    public async Task Another_machines_is_taken_once_it_has_run_out_and_not_before()
    {
        await LeaveAsync(Elsewhere(Time.GetUtcNow().AddSeconds(60)));
        Assert.Equal("elsewhere", (await Assert.ThrowsAsync<LeaseHeldException>(() => TakeAsync(Open(), "second"))).Holder!.Host);

        Time.Advance(TimeSpan.FromSeconds(61));

        await (await TakeAsync(Open(), "second")).ReleaseAsync();
    }

    [ContractFact]
    public async Task It_is_renewed_as_long_as_it_is_held()
    {
        var lease = await TakeAsync(Open(), "first");
        var first = lease.Holder.ExpiresAtMs;

        Time.Advance(TimeSpan.FromSeconds(20));

        for (var waited = Stopwatch.StartNew(); lease.Holder.ExpiresAtMs == first && waited.Elapsed < Patience;)
        {
            await Task.Delay(1);
        }

        Assert.Equal(first + 20_000, lease.Holder.ExpiresAtMs);
        await lease.ReleaseAsync();
    }

    [ContractFact]
    public async Task One_that_is_no_longer_held_is_not_renewed_and_its_successor_is_left_alone()
    {
        var store = Open();
        var lease = await TakeAsync(store, "first");
        await LoseAsync(store, lease.Holder);

        Assert.False(await store.RenewAsync(lease.Holder, None));
        await lease.ReleaseAsync();
        Assert.IsType<LeaseHeldException>(await Record.ExceptionAsync(() => TakeAsync(Open(), "third")));
    }

    /// <summary>The place, as another process would open it.</summary>
    private protected abstract ILeaseStore Open();

    /// <summary>Leaves a lease there as if another machine had taken it.</summary>
    private protected virtual async Task LeaveAsync(LeaseHolder holder) => Assert.Null(await Open().TryTakeAsync(holder, None));

    /// <summary>Has another machine take a lease that ran out unnoticed.</summary>
    private protected virtual async Task LoseAsync(ILeaseStore store, LeaseHolder holder) =>
        Assert.Null(await store.TryTakeAsync(Elsewhere(Time.GetUtcNow().AddHours(2)) with { SinceMs = holder.ExpiresAtMs }, None));

    private protected static LeaseHolder Elsewhere(DateTimeOffset until) => new()
    {
        Gateway = Gateway,
        RequestId = "theirs",
        Host = "elsewhere",
        ProcessId = 1,
        SinceMs = until.AddMinutes(-1).ToUnixTimeMilliseconds(),
        ExpiresAtMs = until.ToUnixTimeMilliseconds(),
        Token = Guid.NewGuid().ToString(),
    };

    private Task<Lease> TakeAsync(ILeaseStore store, string request, TimeSpan wait = default) =>
        Lease.AcquireAsync(store, Time, new LeaseRequest(Gateway, request) { Wait = wait }, None);
}
