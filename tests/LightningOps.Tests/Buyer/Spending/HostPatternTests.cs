using System;
using LightningOps.Buyer.Spending;
using Xunit;

namespace LightningOps.Tests.Buyer.Spending;

/// <summary>One host can be written in many ways: an entry means it in all of them.</summary>
public sealed class HostPatternTests
{
    [Theory]
    [InlineData("bücher.example", "https://xn--bcher-kva.example/")]
    [InlineData("BÜCHER.example", "https://bücher.example/")]
    [InlineData("xn--bcher-kva.example", "https://bücher.example/")]
    [InlineData("*.bücher.example", "https://shop.xn--bcher-kva.example/")]
    [InlineData("bücher.example:8443", "https://xn--bcher-kva.example:8443/")]
    [InlineData("127.1", "https://127.0.0.1/")]
    [InlineData("0x7f000001", "https://2130706433/")]
    [InlineData("10.0.0.1", "https://[::ffff:10.0.0.1]/")]
    [InlineData("2001:DB8:0:0:0:0:0:1", "https://[2001:db8::1]/")]
    [InlineData("[2001:db8::1]", "https://[2001:db8:0::1]:8443/")]
    [InlineData("[2001:db8::1]:8443", "https://[2001:db8::1]:8443/")]
    [InlineData("my_shop.example", "https://my_shop.example/")]
    [InlineData("shop.example:80", "http://shop.example/")]
    public void An_entry_means_its_host_however_it_is_written(string entry, string address) => Assert.True(HostPattern.AnyMatches([entry], new Uri(address)));

    [Theory]
    [InlineData("shop.example:80", "https://shop.example/")]
    [InlineData("[2001:db8::1]:443", "https://[2001:db8::1]:8443/")]
    [InlineData("*.example", "https://example/")]
    [InlineData("hop.example", "https://shop.example/")]
    public void An_entry_means_no_other_host(string entry, string address) => Assert.False(HostPattern.AnyMatches([entry], new Uri(address)));

    [Theory]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("shop.*")]
    [InlineData("*shop.example")]
    [InlineData("shop.example:")]
    [InlineData("shop.example:https")]
    [InlineData("shop.example:99999")]
    [InlineData(":443")]
    [InlineData("[2001:db8::1")]
    [InlineData("user@shop.example")]
    [InlineData("shop.example#")]
    public void An_entry_that_would_mean_no_host_is_an_error(string entry) => Assert.Throws<ConfigException>(() => HostPattern.Check([entry]));
}
