using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Memory;
using LightningOps.Leases;
using LightningOps.Reconcile;
using Xunit;

namespace LightningOps.Tests.Reconcile;

public sealed class ReconcilersAtOnceTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Two_passes_at_once_do_not_interleave_and_the_second_says_who_is_at_work()
    {
        var bench = new ReconcileBench();
        var second = default(Task<ReconcileResult>);
        bench.Gateway.Before = operation =>
        {
            if (operation == GatewayOperation.Apply && second is null)
            {
                second = bench.Reconciler.RunAsync(bench.Options with { RequestId = "other" }, None);
            }
        };

        Assert.True((await bench.RunAsync()).Ok);

        var held = await Assert.ThrowsAsync<LeaseHeldException>(() => second!);
        Assert.Equal((ReconcileBench.RequestId, Environment.MachineName, Environment.ProcessId), (held.Holder!.RequestId, held.Holder.Host, held.Holder.ProcessId));
        Assert.Single(bench.Gateway.Calls, GatewayOperation.Apply);
    }

    [Fact]
    public async Task A_pass_waits_its_turn_when_it_is_told_to()
    {
        var bench = new ReconcileBench();
        var second = default(Task<ReconcileResult>);
        bench.Gateway.Before = operation =>
        {
            if (operation == GatewayOperation.Apply && second is null)
            {
                second = bench.Reconciler.RunAsync(bench.Options with { RequestId = "other", LeaseWait = TimeSpan.FromMinutes(1) }, None);
            }
        };
        await bench.RunAsync();
        Assert.False(second!.IsCompleted);

        bench.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True((await second) is { Ok: true, Changed: false });
    }
}
