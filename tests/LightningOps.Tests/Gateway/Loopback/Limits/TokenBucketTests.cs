using System;
using System.Linq;
using LightningOps.Gateway.Loopback.Limits;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback.Limits;

public sealed class TokenBucketTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);

    [Fact]
    public void An_hour_of_silence_saves_up_no_more_than_the_burst()
    {
        var bucket = new TokenBucket(perSecond: 1, burst: 3, Start);
        bucket.Reserve(Start);

        var waits = Enumerable.Range(0, 4).Select(_ => bucket.Reserve(Start + TimeSpan.FromHours(1))).ToArray();

        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(1)], waits);
    }

    [Fact]
    public void A_clock_that_goes_back_fills_nothing_twice()
    {
        var bucket = new TokenBucket(perSecond: 1, burst: 1, Start);
        bucket.Reserve(Start);

        Assert.Equal(TimeSpan.FromSeconds(1), bucket.Reserve(Start - TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void A_burst_of_nothing_lets_nothing_through() => Assert.Null(new TokenBucket(perSecond: 1, burst: 0, Start).Reserve(Start));
}
