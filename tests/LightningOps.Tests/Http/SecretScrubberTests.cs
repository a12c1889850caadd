using System;
using System.Diagnostics;
using System.Text;
using LightningOps.Http;
using Xunit;

namespace LightningOps.Tests.Http;

public sealed class SecretScrubberTests
{
    private const string Secret = "s3cret <with> everything";
    private static readonly SecretScrubber Scrubber = new([string.Empty, "other", Secret]);

    [Fact]
    public void The_secret_in_base64_is_the_secret() =>
        Assert.Equal("token ***!", Scrubber.Scrub("token " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)) + "!"));

    [Fact]
    public void Every_secret_is_taken_out_wherever_it_stands() =>
        Assert.Equal("a *** b *** c ***", Scrubber.Scrub("a " + Secret + " b other c " + Secret));

    [Theory]
    [InlineData("s3cret")]
    [InlineData("\\\\s3cret\\")]
    [InlineData("s\\3\\\\cret")]
    public void A_body_of_nothing_but_backslashes_is_read_in_linear_time(string secret)
    {
        var scrubber = new SecretScrubber([secret]);
        var body = new string('\\', 64 * 1024);
        var began = Stopwatch.StartNew();

        Assert.Equal(body, scrubber.Scrub(body));
        Assert.True(began.Elapsed < TimeSpan.FromSeconds(1), began.Elapsed.ToString());
    }

    [Theory]
    [InlineData("a\\b", "a\\b")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\\b", "a\\\\\\\\b")]
    [InlineData("a\\b", "a\\u005cb")]
    [InlineData("a\\b", "a%5Cb")]
    [InlineData("\\\\a", "\\\\\\\\a")]
    [InlineData("a\\", "a\\")]
    [InlineData("a\\\n", "a\\\\\\n")]
    [InlineData("s3", "\\\\s3")]
    [InlineData("s3", "\\u0073\\u0033")]
    public void A_secret_with_backslashes_is_taken_out_as_each_encoding_spells_it(string secret, string spelled)
    {
        var scrubber = new SecretScrubber([secret]);

        Assert.Equal("x *** y", scrubber.Scrub("x " + spelled + " y"));
        Assert.Equal("******", scrubber.Scrub(spelled + spelled));
    }

    [Fact]
    public void What_holds_no_secret_stays_as_it_is() => Assert.Equal("s3cret with everything", Scrubber.Scrub("s3cret with everything"));
}
