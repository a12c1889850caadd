using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Reconcile;
using Xunit;

namespace LightningOps.Tests.Reconcile;

public sealed class StoppableTests
{
    [Fact]
    public async Task Who_stops_does_not_wait_for_work_that_looks_at_no_token()
    {
        using var stop = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        using var never = new ManualResetEventSlim();
        var work = Stoppable.RunAsync(
            () =>
            {
                begun.Set();
                never.Wait();
                return 1;
            },
            stop.Token);
        begun.Wait();

        stop.Cancel();

        await Assert.ThrowsAsync<OperationCanceledException>(() => work);
        never.Set();
    }

    [Fact]
    public async Task What_the_work_finds_or_throws_is_passed_on()
    {
        Assert.Equal(1, await Stoppable.RunAsync(() => 1, CancellationToken.None));
        await Assert.ThrowsAsync<TimeoutException>(() => Stoppable.RunAsync<int>(() => throw new TimeoutException(), CancellationToken.None));
    }
}
