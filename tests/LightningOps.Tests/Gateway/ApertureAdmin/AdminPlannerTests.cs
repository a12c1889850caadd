using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureAdmin;
using Xunit;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

public sealed class AdminPlannerTests
{
    private static readonly string[] Hosts =
    [
        @"(?i)^shop\.example\.com\.?(:[0-9]+)?$", @"(?i)^shop\.example\.com\.?:8443$", @"^shop\.example\.com(:[0-9]+)?$", @"^other\.example\.com(:[0-9]+)?$", @"^[0-9A-Za-z_.-]+\.example\.com(:[0-9]+)?$", "^.*$", "example",
    ];

    private static readonly string[] Paths =
    [
        "^/a$", "^/a/b$", "^/b/c$", "^/c$", "^/a/(?s:.*)$", "^/b/(?s:.*)$", "^/a/[^/]*$", "^/(a|b)/c$", "/c", "^/(?s:.*)$", string.Empty,
    ];

    private static readonly Gen<GatewayService> GenService = Gen.Select(
        Gen.Int[0, 8],
        Gen.Int[0, Hosts.Length - 1].Select(i => Hosts[i]),
        Gen.Int[0, Paths.Length - 1].Select(i => Paths[i]),
        Gen.Int[1, 3],
        Gen.Bool,
        (name, host, path, price, closed) => new GatewayService
        {
            Name = "s" + name,
            HostRegexp = host,
            PathRegexp = path,
            Protocol = "http",
            PriceSats = price,
            Address = closed && price == 1 ? "127.0.0.1:0" : "up:443",
            Auth = closed && price == 1 ? "off" : "on",
        });

    private static readonly Gen<GatewayService[]> GenServices =
        GenService.Array[0, 7].Select(services => services.DistinctBy(service => service.Name).ToArray());

    [Fact]
    public void No_request_ever_gets_a_service_that_is_neither_its_old_nor_its_new_one()
    {
        Gen.Select(GenServices, GenServices, Gen.Int[0, 9]).Sample(
            (current, wanted, foreign) =>
            {
                bool IsOurs(string name) => name != "s" + foreign;
                var steps = AdminPlanner.Make(current, wanted, IsOurs).Steps;
                var lists = Take(current, steps);
                AssertNeverInBetween(lists);
                Assert.Empty(AdminPlanner.Make(lists[^1], wanted, IsOurs).Steps);
            },
            iter: 1_500);
    }

    [Fact]
    public void The_wanted_services_are_served_in_an_order_that_means_the_same()
    {
        Gen.Select(GenServices, GenServices).Sample(
            (current, wanted) => ServedOrder.AssertMeans(wanted, Take(current, AdminPlanner.Make(current, wanted, _ => true).Steps)[^1]),
            iter: 1_500);
    }

    [Fact]
    public void From_any_list_in_between_a_new_plan_gets_there_as_safely()
    {
        Gen.Select(GenServices, GenServices, Gen.Int[0, 20]).Sample(
            (current, wanted, stop) =>
            {
                var lists = Take(current, AdminPlanner.Make(current, wanted, _ => true).Steps);
                var half = lists[Math.Min(stop, lists.Count - 1)];
                foreach (var target in new[] { wanted, current })
                {
                    var rest = Take(half, AdminPlanner.Make(half, target, _ => true).Steps);
                    AssertNeverInBetween(rest);
                    ServedOrder.AssertMeans(target, rest[^1]);
                }
            },
            iter: 500);
    }

    [Fact]
    public void Services_that_share_no_request_are_appended_without_touching_the_others()
    {
        var current = Enumerable.Range(0, 2_000).Select(i => Literal(i * 2)).ToArray();
        var wanted = current.Concat(Enumerable.Range(0, 10).Select(i => Literal((i * 300) + 1))).OrderBy(service => service.PathRegexp, StringComparer.Ordinal).ToArray();

        var plan = AdminPlanner.Make(current, wanted, _ => true);

        Assert.Equal(10, plan.Steps.Count);
        Assert.All(plan.Steps, step => Assert.IsType<CreateStep>(step));
        Assert.False(plan.Ordered.Count > 0);
    }

    [Fact]
    public void Closings_come_first()
    {
        var current = new[] { Literal(1), Literal(2) };
        var wanted = new[] { Literal(1) with { PriceSats = 9 }, Literal(2) with { Address = "127.0.0.1:0", Protocol = "http", Auth = "off" } };

        var steps = AdminPlanner.Make(current, wanted, _ => true).Steps;

        Assert.Equal([wanted[1].Name, wanted[0].Name], steps.Select(step => step.Name));
    }

    [Fact]
    public void A_path_that_moves_where_nothing_else_is_changes_in_place()
    {
        var steps = AdminPlanner.Make([Literal(1), Literal(2)], [Literal(1) with { PathRegexp = "^/elsewhere$" }, Literal(2)], _ => true).Steps;

        Assert.IsType<UpdateStep>(Assert.Single(steps));
    }

    [Fact]
    public void A_service_not_made_here_that_would_take_requests_is_in_the_way()
    {
        var foreign = Literal(0) with { Name = "website", PathRegexp = "^/(?s:.*)$", Auth = "off" };

        var plan = AdminPlanner.Make([Literal(1), foreign], [Literal(1), Literal(2)], name => name != "website");

        Assert.Equal(("website", Literal(2).Name), (Assert.Single(plan.Conflicts).Foreign.Name, plan.Conflicts[0].Wanted.Name));
    }

    private static GatewayService Literal(int number) => new()
    {
        Name = "s" + number,
        HostRegexp = @"^shop\.example\.com(:[0-9]+)?$",
        PathRegexp = "^/p" + number + "$",
        Address = "up:443",
        Protocol = "https",
        Auth = "on",
        PriceSats = 2,
    };

    /// <summary>Every list from the first to the last, as Aperture makes them of the steps.</summary>
    private static List<IReadOnlyList<GatewayService>> Take(IReadOnlyList<GatewayService> current, IEnumerable<AdminStep> steps)
    {
        var lists = new List<IReadOnlyList<GatewayService>> { current };
        foreach (var step in steps)
        {
            lists.Add(step switch
            {
                UpdateStep update => lists[^1].Select(service => service.Name == update.Name ? update.Desired : service).ToArray(),
                CreateStep create => [.. lists[^1], create.Desired],
                _ => lists[^1].Where(service => service.Name != step.Name).ToArray(),
            });
        }

        return lists;
    }

    private static void AssertNeverInBetween(IReadOnlyList<IReadOnlyList<GatewayService>> lists) => IntermediateLists.AssertSafe(lists);
}
