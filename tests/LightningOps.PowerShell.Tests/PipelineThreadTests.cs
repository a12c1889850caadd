using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.PowerShell.CmdletBases;
using Xunit;

namespace LightningOps.PowerShell.Tests;

public sealed class PipelineThreadTests
{
    private readonly CancellationTokenSource stop = new();

    [Fact]
    public void What_the_body_posts_is_carried_out_in_order_on_the_pipeline_thread()
    {
        var written = new List<(int Value, int Thread)>();

        PipelineThread.Run(
            async thread =>
            {
                for (var value = 0; value < 100; value++)
                {
                    var copy = value;
                    thread.Post(() => written.Add((copy, Environment.CurrentManagedThreadId)));
                    await Task.Yield();
                }
            },
            stop);

        Assert.Equal(100, written.Count);
        Assert.All(written, (entry, index) => Assert.Equal((index, Environment.CurrentManagedThreadId), entry));
    }

    [Fact]
    public void A_question_is_answered_on_the_pipeline_thread()
    {
        var asked = 0;

        PipelineThread.Run(
            thread =>
            {
                asked = thread.Invoke(() => Environment.CurrentManagedThreadId);
                return Task.CompletedTask;
            },
            stop);

        Assert.Equal(Environment.CurrentManagedThreadId, asked);
    }

    [Fact]
    public void A_failure_of_the_body_comes_out_as_it_is() =>
        Assert.Throws<InvalidOperationException>(() => PipelineThread.Run(static _ => throw new InvalidOperationException(), stop));

    [Fact]
    public void A_pipeline_that_wants_no_more_ends_the_body_first()
    {
        var ended = false;

        Assert.Throws<TimeoutException>(() => PipelineThread.Run(
            async thread =>
            {
                thread.Post(() => throw new TimeoutException());
                try
                {
                    await Task.Delay(Timeout.Infinite, stop.Token);
                }
                finally
                {
                    ended = true;
                }
            },
            stop));
        Assert.True(ended);
    }

    [Fact]
    public void A_question_whose_answer_fails_ends_the_body()
    {
        Assert.Throws<TimeoutException>(() => PipelineThread.Run(
            thread =>
            {
                thread.Invoke<bool>(() => throw new TimeoutException());
                return Task.CompletedTask;
            },
            stop));
    }
}
