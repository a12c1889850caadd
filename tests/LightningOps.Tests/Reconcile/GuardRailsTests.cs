using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Records;
using LightningOps.Gateway.Routing;
using LightningOps.Reconcile;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
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

    [Theory]
    [InlineData("off", "on", false)]
    [InlineData("on", "on", true)]
    [InlineData("freebie 3", "on", true)]
    public void A_free_path_counts_where_it_had_to_be_paid(string old, string now, bool isFree) =>
        Assert.Equal(isFree, Find(new GuardRails(), [Service("a", 1) with { Auth = old }], [Service("a", 1) with { Auth = now, Extras = ["authwhitelistpaths[0]=^/x$"] }]).Any());

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
        Assert.Single(new GuardRails().FindExceeded(plan with { NamesBefore = ["a", "b", "c", "d", "e"], Limited = RolloutPlanner.Compare([Service("a", 1), Service("b", 1), Service("c", 1)], [Service("a", 1)]) }));
    }

    [Theory]
    [InlineData(100, 1, "on", "the price of b would change from 100 sat to 1 sat")]
    [InlineData(1, 100, "on", "the price of b would change from 1 sat to 100 sat")]
    [InlineData(100, 100, "freebie 3", "free of charge: b")]
    [InlineData(100, 150, "on", null)]
    public void A_service_under_a_new_name_counts_as_the_one_it_replaces(long old, long now, string auth, string? said)
    {
        var others = Enumerable.Range(0, 9).Select(static place => Service("s" + place, 5)).ToArray();
        var exceeded = FindInRequests([Service("a", old), .. others], [Service("a", now) with { Name = "b", Auth = auth }, .. others]);

        Assert.Equal(said is null ? 0 : 1, exceeded.Count);
        Assert.Contains(said ?? string.Empty, exceeded.FirstOrDefault() ?? string.Empty, System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("on", "the price of a request of premium would change from 100 sat to 5 sat, at all")]
    [InlineData("off", "requests of premium would become free of charge, from all")]
    public void Requests_of_a_removed_service_that_another_one_answers_are_counted(string auth, string said)
    {
        var all = Service("all", 5) with { PathRegexp = "^/.*$", Auth = auth };

        Assert.Contains(FindInRequests([Service("premium", 100), all], [all]), line => line.StartsWith(said, System.StringComparison.Ordinal));
        Assert.Empty(FindInRequests([Service("premium", 8), all with { Auth = "on" }], [all with { Auth = "on" }]));
    }

    [Fact]
    public void A_service_that_answers_none_of_its_former_requests_counts_as_removed()
    {
        var services = Enumerable.Range(0, 10).Select(static place => Service("s" + place, 5)).ToArray();

        Assert.Contains("3 of 10 services would be removed", Assert.Single(FindInRequests(services, services.Select(static (service, place) => place < 3 ? service with { PathRegexp = "^/v2" + service.PathRegexp.Substring(1) } : service).ToArray())), System.StringComparison.Ordinal);
        Assert.Empty(FindInRequests(services, services.Select(static (service, place) => place < 3 ? service with { PathRegexp = "^/" + service.Name + "(/.*)?$" } : service).ToArray()));
    }

    [Fact]
    public void A_price_server_is_a_price_that_is_not_known() => Assert.Contains(
        "a price server would set the price of a",
        Assert.Single(Find(new GuardRails { MaxPriceChangePercent = int.MaxValue }, [Service("a", 5)], [Service("a", 5) with { Extras = ["dynamicprice.enabled=true", "dynamicprice.grpcaddress=127.0.0.1:1"] }])),
        System.StringComparison.Ordinal);

    [Fact]
    public async Task Small_steps_within_a_day_count_as_the_one_they_make_up()
    {
        using var folder = new TemporaryFolder();
        var time = new FakeTimeProvider();
        var services = Enumerable.Range(0, 10).Select(static place => Service("s" + place, 100)).ToArray();

        Assert.Empty(await StepAsync(services, services[..8]));
        Assert.Contains("3 of 10 services would be removed within a day (30 %, the limit is 20 %): s8, s9, s7", Assert.Single(await StepAsync(services[..8], services[..7])), System.StringComparison.Ordinal);
        Assert.Empty(await StepAsync(services[..8], [services[0] with { PriceSats = 200 }, .. services[1..8]]));
        Assert.Contains("from 100 sat to 400 sat within a day", Assert.Single(await StepAsync([services[0] with { PriceSats = 200 }, .. services[1..8]], [services[0] with { PriceSats = 400 }, .. services[1..8]])), System.StringComparison.Ordinal);

        // A price that another hand set since is the one that changes.
        Assert.Contains("from 500 sat to 100 sat (", Assert.Single(await StepAsync([services[0] with { PriceSats = 500 }, .. services[1..8]], services[..8])), System.StringComparison.Ordinal);

        // Back to what it was, and back again, is no step.
        Assert.Empty(await StepAsync([services[0] with { PriceSats = 200 }, .. services[1..8]], services));
        Assert.Empty(await StepAsync(services, services[..8]));
        time.Advance(System.TimeSpan.FromDays(1));
        Assert.Empty(await StepAsync(services[..8], services[..7]));

        // A roll-out that was undone by another way took nothing away.
        Assert.Empty(await StepAsync(services, services[..8]));

        // A step that somebody agreed to is where counting begins anew.
        await History().AddAsync(Plan(services[..8], services[..4]), isAgreed: true, CancellationToken.None);
        Assert.Empty(await StepAsync(services[..4], services[..3]));
        Assert.Contains("2 of 4", Assert.Single(await StepAsync(services[..3], services[..2])), System.StringComparison.Ordinal);

        // Each step is one of a process of its own.
        async Task<IReadOnlyList<string>> StepAsync(GatewayService[] before, GatewayService[] after)
        {
            var plan = Plan(before, after);
            var exceeded = new GuardRails { Earlier = await History().ReadAsync(CancellationToken.None) }.FindExceeded(plan);
            if (exceeded.Count == 0)
            {
                await History().AddAsync(plan, isAgreed: false, CancellationToken.None);
            }

            return exceeded;
        }

        GuardRailHistory History() => new(new FileGatewayRecords(folder.Path), "g", time);
    }

    [Fact]
    public async Task Steps_that_cannot_be_read_stop_a_roll_out_until_somebody_agrees()
    {
        using var folder = new TemporaryFolder();
        GuardRailHistory history = new(new FileGatewayRecords(folder.Path), "g", new FakeTimeProvider());
        var services = Enumerable.Range(0, 10).Select(static place => Service("s" + place, 100)).ToArray();
        await history.AddAsync(Plan(services, services[..9]), isAgreed: false, CancellationToken.None);
        System.IO.File.WriteAllText(Assert.Single(System.IO.Directory.GetFiles(folder.Path)), "{");

        Assert.Contains("not known what roll-outs of the last day changed", Assert.Single(new GuardRails { Earlier = await history.ReadAsync(CancellationToken.None) }.FindExceeded(Plan(services, services[..9]))), System.StringComparison.Ordinal);
        await history.AddAsync(Plan(services, services[..9]), isAgreed: true, CancellationToken.None);
        Assert.Empty(new GuardRails { Earlier = await history.ReadAsync(CancellationToken.None) }.FindExceeded(Plan(services, services[..9])));
    }

    private static IReadOnlyList<string> FindInRequests(GatewayService[] before, GatewayService[] after) => new GuardRails().FindExceeded(Plan(before, after) with { Examples = new RequestExamples(before, after) });

    private static RolloutPlan Plan(GatewayService[] before, GatewayService[] after) =>
        new() { Gateway = "g", ConfigHash = new ConfigHash("cfg_1"), Changes = RolloutPlanner.Compare(before, after), NamesBefore = before.Select(static service => service.Name).ToArray() };

    private static IReadOnlyList<string> Find(GuardRails rails, IReadOnlyList<GatewayService> before, IReadOnlyList<GatewayService> after) =>
        rails.FindExceeded(new RolloutPlan { Gateway = "g", ConfigHash = new ConfigHash("cfg_1"), Changes = RolloutPlanner.Compare(before, after), NamesBefore = before.Select(static service => service.Name).ToArray() });

    private static GatewayService Service(string name, long price) => new() { Name = name, HostRegexp = "^h$", PathRegexp = "^/" + name + "$", Address = "u:1", Protocol = "http", Auth = "on", PriceSats = price };
}
