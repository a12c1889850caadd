using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using Xunit;

namespace LightningOps.Tests.Buyer;

/// <summary>Work of the same key is done once for all who ask while it is under way.</summary>
public sealed class SingleFlightTests
{
    private readonly SingleFlight<string, int> flight = new();
    private readonly TaskCompletionSource<int> work = new();
    private int done;

    [Fact]
    public async Task All_who_ask_meanwhile_get_the_one_outcome()
    {
        var all = Enumerable.Range(0, 10).Select(_ => RunAsync("key")).ToList();
        work.SetResult(7);
        var outcomes = await Task.WhenAll(all);

        Assert.All(outcomes, outcome => Assert.Equal(7, outcome.Outcome));
        Assert.Equal((1, 1), (done, outcomes.Count(outcome => outcome.IsOwn)));
    }

    [Fact]
    public async Task A_failure_is_everybodys_and_is_not_kept()
    {
        var all = Enumerable.Range(0, 10).Select(_ => RunAsync("key")).ToList();
        work.SetException(new InvalidOperationException("no way"));
        foreach (var one in all)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => one);
        }

        Assert.Equal(1, done);
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync("key"));
        Assert.Equal(2, done);
    }

    [Fact]
    public async Task A_cancellation_is_its_owners_alone()
    {
        using var stop = new CancellationTokenSource();
        var first = flight.RunAsync("key", token => work.Task.WaitAsync(token), stop.Token);
        var second = RunAsync("key");
        await stop.CancelAsync();
        work.SetResult(7);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal((7, true), await second);
    }

    [Fact]
    public async Task Other_keys_do_not_wait()
    {
        var first = RunAsync("key");
        var other = await flight.RunAsync("other", _ => Task.FromResult(1), CancellationToken.None);
        Assert.Equal((1, true, false), (other.Outcome, other.IsOwn, first.IsCompleted));
        work.SetResult(7);
        await first;
    }

    private Task<(int Outcome, bool IsOwn)> RunAsync(string key) => flight.RunAsync(
        key,
        _ =>
        {
            Interlocked.Increment(ref done);
            return work.Task;
        },
        CancellationToken.None);
}
