using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.Gateway;
using LightningOps.Gateway.Records;
using LightningOps.Leases;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Leases;

/// <summary>
/// Two machines and one gateway, with a network that is cut and healed in any order: no machine uses its lease once another may hold it, and no
/// record of an older lease is accepted. LIGHTNINGOPS_PARTITION_SCHEDULES sets the number on a real server.
/// </summary>
public sealed class PartitionTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const string Gateway = "admin:https://a";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly int RealSchedules = int.TryParse(Environment.GetEnvironmentVariable("LIGHTNINGOPS_PARTITION_SCHEDULES"), out var named) ? named : 5;

    private static readonly Gen<(Step Step, int Machine, int Seconds)[]> Schedules =
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 1], Gen.Int[1, 45]).Array[5, 40];

    [Fact]
    public Task No_two_machines_use_or_record_under_one_lease_in_a_model_of_the_store() =>
        Schedules.SampleAsync(
            async steps =>
            {
                var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_000_000));
                var model = new ModelStore(clock);
                await RunAsync(steps, clock, _ => model, holder => Task.FromResult(model.TryRecord(holder)));
            },
            iter: 10_000,
            threads: 1);

    [PostgresFact]
    public Task No_two_machines_use_or_record_under_one_lease_on_a_server() =>
        Schedules.SampleAsync(
            async steps =>
            {
                database.Empty();
                var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_000_000));
                using var first = new PostgresLeases(database.Options(), ProcessIdentity.IsAlive, clock);
                using var second = new PostgresLeases(database.Options(), ProcessIdentity.IsAlive, clock);
                using var records = new PostgresGatewayRecords(database.Options());
                await RunAsync(steps, clock, machine => machine == 0 ? first : second, async holder =>
                {
                    using var scope = LeaseScope.Enter(holder);
                    try
                    {
                        await records.WriteAsync(Gateway, GatewayRecord.Empty, None);
                        return true;
                    }
                    catch (GatewayException refused) when (refused.Message.Contains("lease_superseded", StringComparison.Ordinal))
                    {
                        return false;
                    }
                });
            },
            iter: RealSchedules,
            threads: 1);

    /// <param name="steps">What happens.</param>
    /// <param name="clock">Clock of the store.</param>
    /// <param name="open">The store, as a machine opens it.</param>
    /// <param name="record">Records something under a lease; false when it is refused.</param>
    private static async Task RunAsync((Step Step, int Machine, int Seconds)[] steps, FakeTimeProvider clock, Func<int, ILeaseStore> open, Func<LeaseHolder, Task<bool>> record)
    {
        // The clocks of the machines differ from that of the store, but run as fast.
        var machines = new[] { -7_200, 3_600 }.Select((skew, number) => new Machine(new FakeTimeProvider(clock.GetUtcNow().AddSeconds(skew)), open(number))).ToArray();
        long newest = 0;
        var owners = new Dictionary<long, Machine>();
        foreach (var (step, number, seconds) in steps)
        {
            var machine = machines[number];
            var lease = machine.Lease;
            switch (step)
            {
                case Step.Cut:
                    machine.Link.IsCut = true;
                    break;
                case Step.Heal:
                    machine.Link.IsCut = false;
                    break;
                case Step.Wait:
                    // In small steps: the timers of the machines run as they would.
                    for (var i = 0; i < seconds; i++)
                    {
                        clock.Advance(TimeSpan.FromSeconds(1));
                        foreach (var each in machines)
                        {
                            each.Clock.Advance(TimeSpan.FromSeconds(1));
                        }
                    }

                    break;
                case Step.Take when lease is null:
                    try
                    {
                        machine.Lease = await Lease.AcquireAsync(machine.Link, machine.Clock, new LeaseRequest(Gateway, "request"), None);
                        Assert.True(machine.Lease.Holder.Fence > newest);
                        newest = machine.Lease.Holder.Fence;
                        Assert.True(owners.TryAdd(newest, machine));
                    }
                    catch (Exception refused) when (refused is LeaseHeldException or IOException)
                    {
                        // Another has it, or the store is not reached.
                    }

                    break;
                case Step.Release when lease is not null:
                    await lease.ReleaseAsync();
                    machine.Lease = null;
                    break;
                case Step.Send when lease is not null:
                    if (await lease.ConfirmAsync())
                    {
                        Assert.Equal(newest, lease.Holder.Fence);
                    }

                    break;
                case Step.Record when lease is not null && !machine.Link.IsCut:
                    Assert.Equal(lease.Holder.Fence == newest, await record(lease.Holder));
                    break;
            }
        }

        foreach (var machine in machines.Where(static machine => machine.Lease is not null))
        {
            machine.Link.IsCut = false;
            await machine.Lease!.ReleaseAsync();
        }
    }

    private enum Step
    {
        Take,
        Send,
        Record,
        Wait,
        Cut,
        Heal,
        Release,
    }

    private sealed class Machine(FakeTimeProvider clock, ILeaseStore store)
    {
        public FakeTimeProvider Clock => clock;

        public Link Link { get; } = new(store);

        public Lease? Lease { get; set; }
    }

    /// <summary>The network of one machine.</summary>
    private sealed class Link(ILeaseStore store) : ILeaseStore, IFencedLeases
    {
        public bool IsCut { get; set; }

        public TimeSpan Margin => ((IFencedLeases)store).Margin;

        public long GetFence(LeaseHolder holder) => ((IFencedLeases)store).GetFence(holder);

        public Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken) => Reach().TryTakeAsync(claim, cancellationToken);

        public Task<bool> RenewAsync(LeaseHolder holder, CancellationToken cancellationToken) => Reach().RenewAsync(holder, cancellationToken);

        public Task ReleaseAsync(LeaseHolder holder, CancellationToken cancellationToken) => Reach().ReleaseAsync(holder, cancellationToken);

        private ILeaseStore Reach() => IsCut ? throw new IOException("The network is cut.") : store;
    }

    /// <summary>The rules of the table of leases, in memory. Both machines are on this one: neither process ends.</summary>
    private sealed class ModelStore(TimeProvider clock) : ILeaseStore, IFencedLeases
    {
        private readonly Dictionary<string, long> fences = [];
        private LeaseHolder? holder;
        private long fence;
        private long expiresAtMs;

        public TimeSpan Margin => TimeSpan.FromSeconds(10);

        private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

        public long GetFence(LeaseHolder holder) => fences[holder.Token];

        public bool TryRecord(LeaseHolder holder) => holder.Fence == fence;

        public Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken)
        {
            if (holder is not null && expiresAtMs > NowMs)
            {
                return Task.FromResult<LeaseHolder?>(holder);
            }

            holder = claim;
            expiresAtMs = NowMs + claim.ExpiresAtMs - claim.SinceMs;
            fences[claim.Token] = ++fence;
            return Task.FromResult<LeaseHolder?>(null);
        }

        public Task<bool> RenewAsync(LeaseHolder renewed, CancellationToken cancellationToken)
        {
            var isHeld = holder?.Token == renewed.Token;
            expiresAtMs = isHeld ? NowMs + 60_000 : expiresAtMs;
            return Task.FromResult(isHeld);
        }

        public Task ReleaseAsync(LeaseHolder released, CancellationToken cancellationToken)
        {
            holder = holder?.Token == released.Token ? null : holder;
            return Task.CompletedTask;
        }
    }
}
