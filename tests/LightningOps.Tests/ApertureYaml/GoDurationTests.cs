using LightningOps.ApertureYaml.Check;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>Durations as Go's time.ParseDuration reads them; cases as in Go's time/time_test.go.</summary>
public sealed class GoDurationTests
{
    private const long Second = 1_000_000_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;

    [Theory]
    [InlineData("0", 0)]
    [InlineData("5s", 5 * Second)]
    [InlineData("1478s", 1478 * Second)]
    [InlineData("-5s", -5 * Second)]
    [InlineData("+5s", 5 * Second)]
    [InlineData("-0", 0)]
    [InlineData("+0", 0)]
    [InlineData("5.0s", 5 * Second)]
    [InlineData("5.6s", (5 * Second) + 600_000_000)]
    [InlineData("5.s", 5 * Second)]
    [InlineData(".5s", 500_000_000)]
    [InlineData("1.00s", Second)]
    [InlineData("1.0040s", Second + 4_000_000)]
    [InlineData("100.00100s", (100 * Second) + 1_000_000)]
    [InlineData("10ns", 10)]
    [InlineData("11us", 11_000)]
    [InlineData("12\u00b5s", 12_000)]
    [InlineData("12\u03bcs", 12_000)]
    [InlineData("13ms", 13_000_000)]
    [InlineData("3h30m", (3 * Hour) + (30 * Minute))]
    [InlineData("10.5s4m", (4 * Minute) + (10 * Second) + 500_000_000)]
    [InlineData("-2m3.4s", -((2 * Minute) + (3 * Second) + 400_000_000))]
    [InlineData("1h2m3s4ms5us6ns", Hour + (2 * Minute) + (3 * Second) + 4_005_006)]
    [InlineData("39h9m14.425s", (39 * Hour) + (9 * Minute) + (14 * Second) + 425_000_000)]
    [InlineData("52763797000ns", 52_763_797_000)]
    [InlineData("0.3333333333333333333h", 20 * Minute)]
    [InlineData("9007199254740993ns", (1L << 53) + 1)]
    [InlineData("9223372036854775807ns", long.MaxValue)]
    [InlineData("9223372036854775.807us", long.MaxValue)]
    [InlineData("9223372036s854ms775us807ns", long.MaxValue)]
    [InlineData("-9223372036854775808ns", long.MinValue)]
    [InlineData("-9223372036854775.808us", long.MinValue)]
    [InlineData("-9223372036s854ms775us808ns", long.MinValue)]
    [InlineData("-2562047h47m16.854775808s", long.MinValue)]
    [InlineData("0.100000000000000000000h", 6 * Minute)]
    [InlineData("0.830103483285477580700h", (49 * Minute) + (48 * Second) + 372_539_827)]
    public void A_duration_is_read_to_the_nanosecond(string text, long nanoseconds)
    {
        Assert.True(GoDuration.TryParse(text, out var read));
        Assert.Equal(nanoseconds, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("-")]
    [InlineData("s")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData(".s")]
    [InlineData("+.s")]
    [InlineData("1d")]
    [InlineData("\u0085\u0085")]
    [InlineData("hello \uffff world")]
    [InlineData("1h 2m")]
    [InlineData("1.2.3s")]
    [InlineData("--1s")]
    [InlineData("1H")]
    [InlineData("1e3s")]
    [InlineData("9223372036854775810ns")]
    [InlineData("9223372036854775808ns")]
    [InlineData("-9223372036854775809ns")]
    [InlineData("9223372036854776us")]
    [InlineData("3000000h")]
    [InlineData("9223372036854775.808us")]
    [InlineData("9223372036854ms775us808ns")]
    public void What_Go_refuses_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));
}
