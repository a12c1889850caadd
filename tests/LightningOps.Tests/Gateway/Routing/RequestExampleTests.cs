using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.ApertureYaml;
using LightningOps.Artifacts.Reports.Html;
using LightningOps.Compile;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Routing;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Tests.Gateway.ApertureFile;
using LightningOps.Tests.Re2;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Gateway.Routing;

/// <summary>The requests of a plan: what answers each before and after the roll-out.</summary>
public sealed class RequestExampleTests
{
    private const string Arrow = " \u2192 ";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void A_new_dear_rule_shows_the_request_that_the_cheap_rest_sold() => Assert.Equal(
        ["https://shop.example.com/docs/: 1 sat from rest.r" + Arrow + "50 sat from dear.r"],
        Find([Priced("rest", 1_000, Route("r", "*", "/*", 9))], [Priced("rest", 1_000, Route("r", "*", "/*", 9)), Priced("dear", 50_000, Route("r", Host, "/docs/*", 1))]));

    [Fact]
    public void A_removed_rule_shows_who_sells_its_request_afterwards() => Assert.Equal(
        ["https://shop.example.com/docs: 50 sat from dear.r" + Arrow + "1 sat from rest.r; credentials of rest.r open it"],
        Find([Priced("dear", 50_000, Route("r", Host, "/docs", 1)), Priced("rest", 1_000, Route("r", "*", "/*", 9))], [Priced("rest", 1_000, Route("r", "*", "/*", 9))]));

    [Fact]
    public void A_price_change_shows_both_prices() => Assert.Equal(
        ["https://shop.example.com/a: 2 sat from p.r" + Arrow + "3 sat from p.r"],
        Find([Priced("p", 2_000, Route("r", Host, "/a"))], [Priced("p", 3_000, Route("r", Host, "/a"))]));

    [Fact]
    public void Free_requests_are_part_of_the_answer() => Assert.Equal(
        ["https://shop.example.com/a: 2 sat from p.r after 3 free requests of each network" + Arrow + "2 sat from p.r after 1 free request of each network"],
        Find([Priced("p", 2_000, Route("r", Host, "/a")).WithPolicy(static policy => policy with { Freebie = 3 })], [Priced("p", 2_000, Route("r", Host, "/a")).WithPolicy(static policy => policy with { Freebie = 1 })]));

    [Fact]
    public void A_path_that_is_no_longer_free_is_shown() => Assert.Equal(
        ["https://shop.example.com/a/free: free from p.r" + Arrow + "2 sat from p.r"],
        Find([WithFreePaths("/a/free")], [WithFreePaths()]));

    [Fact]
    public void A_path_that_becomes_free_and_one_that_is_no_longer_sold_are_shown() => Assert.Equal(
        ["https://shop.example.com/a/free: 2 sat from p.r" + Arrow + "free from p.r", "https://shop.example.com/a/b: 2 sat from p.r" + Arrow + "not sold (401) by p.r"],
        Find([WithFreePaths("/a/old")], [WithFreePaths("/a/old", "/a/free").WithPolicy(static policy => policy with { SkipInvoicePaths = ["/a/b"] })]));

    [Fact]
    public void A_closed_rule_shows_502() => Assert.Equal(
        ["https://shop.example.com/a: 2 sat from p.r" + Arrow + "closed (502) by p.r"],
        Find([Priced("p", 2_000, Route("r", Host, "/a"))], [Priced("p", 2_000, Route("r", Host, "/a")).Killed()]));

    [Fact]
    public void A_path_that_is_left_and_one_that_is_gained_are_both_shown()
    {
        var found = Find([Priced("p", 2_000, Route("r", Host, "/a/*"))], [Priced("p", 2_000, Route("r", Host, "/b/*"))]);

        Assert.Contains("https://shop.example.com/b/: no service (404)" + Arrow + "2 sat from p.r", found);
        Assert.Contains("https://shop.example.com/a/: 2 sat from p.r" + Arrow + "no service (404)", found);
    }

    [Fact]
    public void A_rule_that_moves_before_another_shows_the_request_that_both_match()
    {
        Paywall[] Make(long first, long second) => [Priced("a", 1_000, Route("r", Host, "/*/x", first)), Priced("b", 9_000, Route("r", Host, "/y/*", second))];

        Assert.Contains("https://shop.example.com/y/x: 1 sat from a.r" + Arrow + "9 sat from b.r", Find(Make(1, 2), Make(2, 1)));
    }

    [Fact]
    public void A_change_that_no_request_meets_says_so() => Assert.Equal(
        ["https://shop.example.com/a: 2 sat from p.r, as before"],
        Find([Priced("p", 2_000, Route("r", Host, "/a"))], [Priced("p", 2_000, Route("r", Host, "/a", upstream: "https://other.example.com"))]));

    [Fact]
    public void What_was_served_before_and_is_not_known_is_not_guessed()
    {
        var request = Assert.Single(new RequestExamples(null, [new GatewayService { Name = "s", HostRegexp = "^h$", PathRegexp = "^/a$", Address = "a:1", Protocol = "http", PriceSats = 4 }])
            .Find([new ServiceChange { Name = "s", Kind = ServiceChangeKind.Added }]));

        Assert.Null(request.Before);
        Assert.Equal("https://h/a: not known" + Arrow + "4 sat from s", request.ToString());
    }

    [Fact]
    public void A_price_of_a_price_server_is_not_told_as_a_price()
    {
        GatewayService Make(bool isDynamic) => new() { Name = "s", HostRegexp = "^h$", PathRegexp = "^/a$", Address = "a:1", Protocol = "http", PriceSats = 4, Extras = isDynamic ? ["dynamicprice.enabled=true"] : [] };

        var request = Assert.Single(new RequestExamples([Make(true)], [Make(false)]).Find([new ServiceChange { Name = "s", Kind = ServiceChangeKind.Changed }]));

        Assert.Equal("https://h/a: sold by s at the price of its price server" + Arrow + "4 sat from s", request.ToString());
    }

    [Fact]
    public void Each_answer_is_that_of_Resolve_L402Route_for_random_paywalls() => Snapshots.Sample(
        pair =>
        {
            var (before, after) = (Compile(pair.Item1), Compile(pair.Item2));
            if (before is null || after is null)
            {
                return;
            }

            var (old, planned) = (DesiredServices.From(before.Rules, withExtras: true), DesiredServices.From(after.Rules, withExtras: true));
            var changes = RolloutPlanner.Compare(old, planned);
            var requests = new RequestExamples(old, planned).Find(changes);
            var (served, next) = (RouteTable.FromCompile(before), RouteTable.FromCompile(after));
            foreach (var request in requests)
            {
                Assert.Equal(Describe(served.Resolve(request.Uri, "GET")), request.Before);
                Assert.Equal(Describe(next.Resolve(request.Uri, "GET")), request.After);
            }

            // Every open rule that is added, and can be reached at all, is shown by a request that it answers.
            foreach (var change in changes.Where(static change => change.Kind == ServiceChangeKind.Added))
            {
                Assert.Contains(requests, request => request.Service == change.Name && request.After.Service == change.Name);
            }

            Assert.Equal(requests, new RequestExamples(old, planned).Find(changes));
        },
        iter: 60);

    [Fact]
    public async Task The_plan_of_a_file_shows_them_beside_the_services_of_others()
    {
        using var file = new GatewayFile();
        File.WriteAllText(file.Path, file.With("services:\n  - name: site\n    hostregexp: '.*'\n    pathregexp: '^/.*$'\n    address: site.example:8000\n    protocol: http\n    auth: \"off\"\n"));
        using var gateway = file.Open();
        var plane = new MockControlPlane(TimeProvider.System, [Selling("/a")]);

        var drift = await new DriftCheck(plane, gateway).RunAsync(new ReconcileOptions { RequestId = "r" }, None);

        // The site of others stands first and stays: the new rule is never reached.
        Assert.Equal(["https://shop.example.com/a: free from site, as before"], drift.Plan!.Requests.Select(static request => request.ToString()));
        Assert.Contains("requests, before" + Arrow + "after:", drift.Plan.ToString(), StringComparison.Ordinal);
        var report = DriftReport.Create(drift);
        Assert.Equal(["https://shop.example.com/a: free from site, as before"], Assert.Single(report.Changes).Requests);
        Assert.Contains("free from site, as before", ReportPage.Render([report]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plan_to_approve_has_them_in_object_and_file_and_counts_an_access_log()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("access.log"), "shop.example.com:443 1.2.3.4 - - [10/Oct/2026:13:55:36 +0000] \"GET /docs/real?token=s HTTP/1.1\" 200 1 \"-\" \"-\"\nshop.example.com:443 1.2.3.4 - - [10/Oct/2026:13:55:37 +0000] \"GET /other HTTP/1.1\" 200 1 \"-\" \"-\"\n");
        var gateway = new MemoryGateway();
        var served = Compile([Priced("rest", 1_000, Route("r", "*", "/*", 9))])!;
        await gateway.ApplyAsync(new GatewayRollout { RequestId = "r", DeploymentId = "dep_1", ConfigHash = served.ConfigHash, Artifact = served.Artifact, Rules = served.Rules }, None);
        var plane = new MockControlPlane(TimeProvider.System, [Priced("rest", 1_000, Route("r", "*", "/*", 9)), Priced("dear", 50_000, Route("r", Host, "/docs/*", 1))]);
        var planner = new L402Planner(plane, gateway) { AccessLogs = [folder.File("access.log")] };

        var (_, plan) = await planner.CreateAsync(new ReconcileOptions { RequestId = "r", Compile = new CompileOptions { GatewayHasAdminApi = false } }, new PlanOrigin("memory", "mock", 1, "me", new PlanOptions()), false, None);

        var requests = Assert.Single(plan!.Changes).Requests!;
        Assert.Equal(
            [(true, "https://shop.example.com/docs/real: 1 sat from rest.r" + Arrow + "50 sat from dear.r"), (false, "https://shop.example.com/docs/: 1 sat from rest.r" + Arrow + "50 sat from dear.r")],
            requests.Select(static request => (request.IsReal, request.ToString())));
        Assert.Equal((2, 1, 2m, 51m), (plan.Traffic!.Requests, plan.Traffic.Dearer, plan.Traffic.SatsBeforeIfBoughtAnew, plan.Traffic.SatsAfterIfBoughtAnew));
        Assert.Contains("/docs/real (from the access log)", plan.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("token=s", plan.ToString(), StringComparison.Ordinal);

        PlanFile.Write(folder.File("plan.json"), plan);
        var read = PlanFile.Read(folder.File("plan.json"));
        Assert.Equal(plan.Hash, read.Hash);
        Assert.Equal(requests, read.Changes[0].Requests!);
    }

    private static readonly Gen<Paywall[]> Snapshot = Gen.Select(
            RandomExpressions.Pick("shop.example.com", "*.example.com", "*", @"^shop[0-9]\.example\.com$"),
            RandomExpressions.Pick("/one", "/one/*", "/my%20docs/*", "/a/**/b", "/p/*/q", "^/v1/.*$", "/", "^/(one|two)$", "/caf%C3%A9", "re2:free"),
            Gen.Int[1, 9])
        .List[1, 5].Select(rules => rules.Select((rule, i) => Priced("p" + i, rule.Item3 * 1_000, Route("r", rule.Item1, rule.Item2, i))).ToArray());

    private static readonly Gen<(Paywall[], Paywall[])> Snapshots = Gen.Select(Snapshot, Snapshot);

    private static CompileResult? Compile(Paywall[] paywalls) =>
        PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false }) is { Valid: true } compiled && compiled.Rules.All(static rule => !rule.PathRegexp!.Contains("x00", StringComparison.Ordinal)) ? compiled : null;

    private static RequestAnswer Describe(RouteResolution resolved) => new(resolved.Outcome, resolved.Service, resolved.PriceSats);

    private static Paywall WithFreePaths(params string[] paths) => Priced("p", 2_000, Route("r", Host, "/a/*")).WithPolicy(policy => policy with { WhitelistPaths = paths.Length == 0 ? null : paths });

    private static string[] Find(Paywall[] before, Paywall[] after)
    {
        var (old, planned) = (DesiredServices.From(Compile(before)!.Rules, withExtras: true), DesiredServices.From(Compile(after)!.Rules, withExtras: true));
        return new RequestExamples(old, planned).Find(RolloutPlanner.Compare(old, planned)).Select(static request => request.ToString()).ToArray();
    }
}
