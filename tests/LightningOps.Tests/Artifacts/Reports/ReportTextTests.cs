using System;
using LightningOps.Artifacts.Reports;
using Xunit;

namespace LightningOps.Tests.Artifacts.Reports;

public sealed class ReportTextTests
{
    [Theory]
    [InlineData(0, "0 sat")]
    [InlineData(1, "0.001 sat")]
    [InlineData(2500, "2.5 sat")]
    [InlineData(1_234_567_890, "1 234 567.89 sat")]
    [InlineData(-500, "-0.5 sat")]
    [InlineData(long.MaxValue, "9 223 372 036 854 775.807 sat")]
    public void Satoshis_are_exact(long msats, string text) => Assert.Equal(text, Plain(ReportText.Sats(new Msats(msats))));

    [Theory]
    [InlineData(0.2, "< 1 ms")]
    [InlineData(640, "640 ms")]
    [InlineData(1250, "1.25 s")]
    [InlineData(125_000, "2 min 5 s")]
    public void Durations_are_short(double ms, string text) => Assert.Equal(text, Plain(ReportText.Duration(TimeSpan.FromMilliseconds(ms))));

    [Fact]
    public void Details_are_told_in_words()
    {
        Assert.Equal("2 500 msat", Plain(ReportText.Value("amountMsats", 2500L)));
        Assert.Equal("amount", ReportText.Humanize("amountMsats"));
        Assert.Equal("config hash", ReportText.Humanize("configHash"));
        Assert.Equal("yes", ReportText.Value("ok", true));
        Assert.Equal("none", ReportText.Value("keys", Array.Empty<string>()));
        Assert.Equal("a, b", ReportText.Value("keys", new[] { "a", "b" }));
        Assert.Equal("not_made", ReportText.Value("outcome", CheckOutcome.NotMade));
    }

    private static string Plain(string text) => text.Replace('\u00a0', ' ').Replace('\u202f', ' ');
}
