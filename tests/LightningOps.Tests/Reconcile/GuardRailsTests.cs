using System.Collections.Generic;
using System.Linq;
using CsCheck;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Planning;
using LightningOps.Reconcile;
using Xunit;

namespace LightningOps.Tests.Reconcile;

/// <summary>What the guard rails count (docs/reference/gateway.md#guard-rails).</summary>
public sealed class GuardRailsTests
{
    [Theory]
    [InlineData("on", "freebie 3", true)]
    [InlineData("freebie 3", "freebie 4", true)]
    [InlineData("freebie 3", "on", false)]
    [InlineData("on", "off", true)]
    [InlineData("off", "freebie 1", false)]
    public void A_service_becomes_free_by_its_authentication(string old, string now, bool isFree) =>
        Assert.Equal(isFree, Find(new GuardRails(), [Service("a", 1) with { Auth = old }], [Service("a", 1) with { Auth = now }]).Any());

    [Fact]
    public void Closing_is_never_counted()
    {
        var services = Enumerable.Range(0, 10).Select(static place => Service("s" + place, 5)).ToArray();

        Assert.Empty(Find(new GuardRails { MaxRemovePercent = 0, MaxPriceChangePercent = 0 }, services, services.Select(static service => service.Closed()).ToArray()));
    }

    [Fact]
    public void A_removal_is_counted_exactly() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 40], Gen.Int[0, 100]).Where(static sample => sample.Item2 <= sample.Item1).Sample(static sample =>
        {
            var (all, removed, limit) = sample;
            var services = Enumerable.Range(0, all).Select(static place => Service("s" + place, 5)).ToArray();
            var isExceeded = Find(new GuardRails { MaxRemovePercent = limit }, services, services.Skip(removed).ToArray()).Any();
            return isExceeded == (removed > 1 && removed * 100 > all * limit);
        });

    [Fact]
    public void A_price_is_counted_alike_upwards_and_downwards() =>
        Gen.Select(Gen.Long[1, 1_000_000], Gen.Long[1, 1_000_000], Gen.Int[0, 1000]).Sample(static sample =>
        {
            var (one, other, limit) = sample;
            var rails = new GuardRails { MaxPriceChangePercent = limit };
            var up = Find(rails, [Service("a", one)], [Service("a", other)]).Any();
            return up == Find(rails, [Service("a", other)], [Service("a", one)]).Any()
                && up == (System.Math.Abs(one - other) * 100 > System.Math.Min(one, other) * limit);
        });

    [Fact]
    public void Where_the_gateway_lists_nothing_what_was_last_written_counts()
    {
        var plan = new RolloutPlan { Gateway = "ops", ConfigHash = new ConfigHash("cfg_1"), Changes = [] };

        Assert.Empty(new GuardRails().FindExceeded(plan));
        Assert.Single(new GuardRails().FindExceeded(plan with { ServicesBefore = 5, Limited = RolloutPlanner.Compare([Service("a", 1), Service("b", 1), Service("c", 1)], [Service("a", 1)]) }));
    }

    private static IReadOnlyList<string> Find(GuardRails rails, IReadOnlyList<GatewayService> before, IReadOnlyList<GatewayService> after) =>
        rails.FindExceeded(new RolloutPlan { Gateway = "g", ConfigHash = new ConfigHash("cfg_1"), Changes = RolloutPlanner.Compare(before, after), ServicesBefore = before.Count });

    private static GatewayService Service(string name, long price) => new() { Name = name, HostRegexp = "^h$", PathRegexp = "^/" + name + "$", Address = "u:1", Protocol = "http", Auth = "on", PriceSats = price };
}
