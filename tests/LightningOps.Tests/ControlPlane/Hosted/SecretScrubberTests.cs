using System;
using System.Text;
using LightningOps.ControlPlane.Hosted;
using Xunit;

namespace LightningOps.Tests.ControlPlane.Hosted;

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

    [Fact]
    public void What_holds_no_secret_stays_as_it_is() => Assert.Equal("s3cret with everything", Scrubber.Scrub("s3cret with everything"));
}
