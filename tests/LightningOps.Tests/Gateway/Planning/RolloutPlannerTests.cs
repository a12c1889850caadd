using System.Collections.Generic;
using System.Linq;
using CsCheck;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Planning;
using Xunit;

namespace LightningOps.Tests.Gateway.Planning;

public sealed class RolloutPlannerTests
{
    private static readonly Gen<GatewayService> GenService = Gen.Select(
        Gen.Int[0, 7],
        Gen.Int[1, 3],
        Gen.Bool,
        (name, price, closed) => Service("s" + name) with
        {
            PriceSats = closed ? 0 : price,
            Address = closed ? "127.0.0.1:0" : "up:443",
            Auth = closed ? "off" : "on",
        });

    private static readonly Gen<GatewayService[]> GenServices =
        GenService.Array[0, 8].Select(services => services.DistinctBy(service => service.Name).ToArray());

    [Fact]
    public void Nothing_changes_where_all_is_served_as_wanted()
    {
        GenServices.Sample(services => RolloutPlanner.Compare(services, services).Count == 0);
    }

    [Fact]
    public void Carrying_out_the_changes_gives_what_is_wanted()
    {
        Gen.Select(GenServices, GenServices).Sample((current, wanted) =>
        {
            var changes = RolloutPlanner.Compare(current, wanted);
            var touched = changes.Where(change => change.Kind is ServiceChangeKind.Added or ServiceChangeKind.Moved or ServiceChangeKind.Removed).Select(change => change.Name).ToHashSet();
            var stay = current.Select(service => service.Name).Where(name => !touched.Contains(name));
            Assert.Equal(wanted.Select(service => service.Name).Where(name => !touched.Contains(name)), stay);

            var changed = changes.Where(change => change.Members.Count > 0).Select(change => change.Name).ToHashSet();
            foreach (var (now, then) in current.Join(wanted, service => service.Name, service => service.Name, (now, then) => (now, then)))
            {
                Assert.Equal(!ServedOrder.IsSame(now, then), changed.Contains(now.Name));
            }
        });
    }

    [Fact]
    public void Moves_are_the_fewest()
    {
        Gen.Shuffle(Enumerable.Range(0, 7).ToArray()).Sample(places =>
            places.Length - OrderMoves.Find(places).Count == LongestRising(places));
    }

    [Fact]
    public void One_service_that_goes_to_the_front_is_the_one_that_moved()
    {
        var services = Enumerable.Range(0, 10).Select(i => Service("s" + i)).ToArray();

        var change = Assert.Single(RolloutPlanner.Compare(services, [services[9], .. services[..9]]));

        Assert.Equal((ServiceChangeKind.Moved, "s9", 9, 0), (change.Kind, change.Name, change.OldPlace, change.NewPlace));
    }

    [Fact]
    public void A_renamed_service_loses_its_credentials()
    {
        var changes = RolloutPlanner.Compare([Service("old", "^/same$"), Service("gone")], [Service("new", "^/same$"), Service("more")]);

        Assert.Equal("old", changes.Single(change => change.Name == "new").RenamedFrom);
        Assert.Equal(
            [("new", false), ("more", true), ("old", false), ("gone", false)],
            changes.Select(change => (change.Name, change.KeepsCredentials)));
    }

    [Fact]
    public void A_changed_service_tells_every_member_old_and_new()
    {
        var current = Service("s") with { Extras = ["rewrite.prefix=/v1", "ratelimits[0].requests=10"] };
        var wanted = Service("s") with { PriceSats = 5, Extras = ["ratelimits[0].requests=20"] };

        var change = Assert.Single(RolloutPlanner.Compare([current], [wanted]));

        Assert.Equal(
            [new MemberChange("price", "1", "5"), new MemberChange("ratelimits[0].requests", "10", "20"), new MemberChange("rewrite.prefix", "/v1", string.Empty)],
            change.Members);
    }

    [Fact]
    public void No_price_is_a_price_of_one_satoshi()
    {
        Assert.Empty(RolloutPlanner.Compare([Service("s") with { PriceSats = 1 }], [Service("s") with { PriceSats = 0 }]));
    }

    private static GatewayService Service(string name, string? path = null) => new()
    {
        Name = name,
        HostRegexp = "^h$",
        PathRegexp = path ?? "^/" + name + "$",
        Address = "up:443",
        Protocol = "https",
        Auth = "on",
    };

    [Theory]
    [InlineData(0, 1, "timeout=60", "price: none or 0 \u2192 1")]
    [InlineData(1, 0, "capabilities=a", "price: 1 \u2192 none or 0")]
    [InlineData(0, 1, "constraints.max=5", "price: none or 0 \u2192 1")]
    [InlineData(0, 1, "rewrite.prefix=/v1", null)]
    [InlineData(0, 0, "timeout=60", null)]
    public void A_price_of_0_that_loses_the_terms_of_credentials_differs_from_1(long served, long desired, string extra, string? says)
    {
        var changes = RolloutPlanner.Compare([Service("a") with { PriceSats = served, Extras = [extra] }], [Service("a") with { PriceSats = desired, Extras = [extra] }]);

        Assert.Equal(says is null ? [] : [says], changes.SelectMany(static change => change.Members).Select(static member => member.ToString()));
        Assert.All(changes, static change => Assert.Equal("credentials sold before open it as before, with the lifetime and limits they were sold with", change.HoldersText));
    }

    private static int LongestRising(IReadOnlyList<int> places)
    {
        var longest = new int[places.Count];
        for (var i = 0; i < places.Count; i++)
        {
            longest[i] = 1 + Enumerable.Range(0, i).Where(j => places[j] < places[i]).Select(j => longest[j]).DefaultIfEmpty(0).Max();
        }

        return longest.Max();
    }
}
