using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Leases;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Leases;

/// <summary>When a lease that cannot be renewed counts as lost.</summary>
public sealed class LeaseRenewalTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly JumpingTime time = new();
    private readonly FailingLeases store = new();

    [Fact]
    public async Task Whatever_keeps_it_from_being_renewed_it_is_held_to_its_end_and_not_longer()
    {
        var lease = await TakeAsync();
        store.Failure = new InvalidOperationException("disposed");

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.True(await lease.ConfirmAsync());
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(await lease.ConfirmAsync());
        Assert.True(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_wall_clock_that_jumps_does_not_end_it()
    {
        var lease = await TakeAsync();
        store.Failure = new InvalidOperationException("busy");

        time.Jump = TimeSpan.FromHours(3);
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.False(lease.Lost.IsCancellationRequested);
        store.Failure = null;
        Assert.True(await lease.ConfirmAsync());
        time.Jump = TimeSpan.FromHours(-3);

        Assert.True(await lease.ConfirmAsync());
        Assert.Equal(time.GetUtcNow().AddSeconds(60).ToUnixTimeMilliseconds(), lease.Holder.ExpiresAtMs);
        await lease.ReleaseAsync();
    }

    [Fact]
    public async Task Past_its_end_by_the_wall_clock_a_store_that_cannot_be_asked_confirms_nothing()
    {
        var lease = await TakeAsync();
        store.Failure = new InvalidOperationException("busy");

        // A machine that sleeps: the steady clock of some systems stands still.
        time.Jump = TimeSpan.FromSeconds(60);

        Assert.False(await lease.ConfirmAsync());
        Assert.True(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_lease_that_cannot_be_given_up_does_no_harm()
    {
        var lease = await TakeAsync();
        store.Failure = new InvalidOperationException("disposed");

        await lease.ReleaseAsync();

        Assert.False(lease.Lost.IsCancellationRequested);
    }

    private Task<Lease> TakeAsync() => Lease.AcquireAsync(store, time, new LeaseRequest("gateway", "request"), None);

    /// <summary>A clock on the wall that can be set without time passing.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        private readonly FakeTimeProvider steady = new(DateTimeOffset.UtcNow);

        public TimeSpan Jump { get; set; }

        public override long TimestampFrequency => steady.TimestampFrequency;

        public void Advance(TimeSpan passed) => steady.Advance(passed);

        public override DateTimeOffset GetUtcNow() => steady.GetUtcNow() + Jump;

        public override long GetTimestamp() => steady.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => steady.CreateTimer(callback, state, dueTime, period);
    }

    private sealed class FailingLeases : ILeaseStore
    {
        public Exception? Failure { get; set; }

        public Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken) => Task.FromResult<LeaseHolder?>(null);

        public Task<bool> RenewAsync(LeaseHolder holder, CancellationToken cancellationToken) => Failure is null ? Task.FromResult(true) : Task.FromException<bool>(Failure);

        public Task ReleaseAsync(LeaseHolder holder, CancellationToken cancellationToken) => Failure is null ? Task.CompletedTask : Task.FromException(Failure);
    }
}
