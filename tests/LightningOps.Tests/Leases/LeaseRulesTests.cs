using LightningOps.Leases;
using Xunit;

namespace LightningOps.Tests.Leases;

public sealed class LeaseRulesTests
{
    private static readonly LeaseHolder Holder = new()
    {
        Gateway = "memory", RequestId = "theirs", Host = "here", ProcessId = 7, ProcessSpace = "pid:[1]", SinceMs = 1_000, ExpiresAtMs = 61_000, Token = "theirs",
    };

    private static readonly LeaseHolder Claim = Holder with { RequestId = "mine", ProcessId = 8, SinceMs = 2_000, ExpiresAtMs = 62_000, Token = "mine" };

    [Fact]
    public void One_of_a_process_that_has_ended_is_taken() => Assert.True(LeaseRules.CanAcquire(Holder, Claim, isAlive: _ => false));

    [Fact]
    public void One_of_a_process_that_runs_is_not_taken() => Assert.False(LeaseRules.CanAcquire(Holder, Claim, isAlive: id => id == 7));

    [Theory]
    [InlineData("elsewhere", "pid:[1]")]
    [InlineData("here", "pid:[2]")]
    [InlineData("here", null)]
    public void A_process_that_cannot_be_seen_from_here_counts_as_running(string host, string? space) =>
        Assert.False(LeaseRules.CanAcquire(Holder with { Host = host, ProcessSpace = space }, Claim, isAlive: _ => false));

    [Fact]
    public void One_that_ends_in_2099_was_written_by_a_wrong_clock_and_is_taken() =>
        Assert.True(LeaseRules.CanAcquire(Holder with { Host = "elsewhere", ExpiresAtMs = 4_070_908_800_000 }, Claim, isAlive: _ => true));

    [Theory]
    [InlineData(60_999, false)]
    [InlineData(61_000, true)]
    public void One_is_taken_from_the_moment_it_runs_out(long atMs, bool mayTake) =>
        Assert.Equal(mayTake, LeaseRules.CanAcquire(Holder with { Host = "elsewhere" }, Claim with { SinceMs = atMs }, isAlive: _ => true));
}
