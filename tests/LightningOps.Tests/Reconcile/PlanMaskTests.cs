using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Reconcile;

/// <summary>A plan withholds the owner ids, and nothing that only contains the same characters.</summary>
public sealed class PlanMaskTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("5")]
    [InlineData("me")]
    [InlineData("p")]
    [InlineData("owner")]
    [InlineData("sat")]
    public async Task An_owner_id_changes_no_price_name_address_or_finding_of_a_plan(string owner)
    {
        var paywall = Owned(Priced("p5", 250_000, Route("route", "name.example.com", "/me", upstream: "https://up5.example.com:5555/prefix")), owner);
        var open = await PlanAsync(paywall, owner, isKilled: false, withPrivateValues: true);
        var masked = await PlanAsync(paywall, owner, isKilled: false, withPrivateValues: false);

        Assert.Contains("price: 250 sat", masked.ToString(), System.StringComparison.Ordinal);
        Assert.Contains("up5.example.com:5555", masked.ToString(), System.StringComparison.Ordinal);
        Assert.NotEmpty(masked.Diagnostics);
        Assert.Equal(open.Diagnostics, masked.Diagnostics);
        Assert.Equal(open.Changes.Select(static change => change.ToString()), masked.Changes.Select(static change => change.ToString()));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("me")]
    [InlineData("kill")]
    public async Task The_owner_of_a_kill_switch_is_withheld_as_a_whole(string owner)
    {
        var paywall = Owned(Priced("p5", 250_000, Route("route", "name.example.com", "/me")), owner);
        var open = await PlanAsync(paywall, owner, isKilled: true, withPrivateValues: true);
        var masked = await PlanAsync(paywall, owner, isKilled: true, withPrivateValues: false);

        Assert.Contains("warn owner_kill_switch: Closed by the kill switch of the paywall's owner, " + owner, open.Diagnostics);
        Assert.Contains("warn owner_kill_switch: Closed by the kill switch of the paywall's owner", masked.Diagnostics);
        Assert.Equal(open.Diagnostics.Count, masked.Diagnostics.Count);
        Assert.Single(open.Diagnostics.Except(masked.Diagnostics));
    }

    [Fact]
    public async Task The_upstream_address_of_a_closed_service_is_in_no_finding()
    {
        var paywall = Priced("p5", 250_000, Route("route", "name.example.com", "/me", upstream: "http://10.77.0.7:9000", protocol: RouteProtocol.Http)) with { Status = PaywallStatus.Paused };

        var masked = await PlanAsync(paywall, "owner_1", isKilled: false, withPrivateValues: false);

        Assert.Contains(masked.Diagnostics, static line => line.Contains("upstream_private", System.StringComparison.Ordinal));
        Assert.DoesNotContain("10.77.0.7", masked + string.Join('\n', masked.Diagnostics), System.StringComparison.Ordinal);
    }

    private static Paywall Owned(Paywall paywall, string owner) => paywall with
    {
        OwnerId = owner,
        Policy = paywall.Policy with { OwnerId = owner },
        Routes = paywall.Routes.Select(route => route with { OwnerId = owner }).ToArray(),
    };

    private static async Task<L402Plan> PlanAsync(Paywall paywall, string owner, bool isKilled, bool withPrivateValues)
    {
        var bench = new ReconcileBench([paywall]);
        if (isKilled)
        {
            await bench.Plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = owner, Active = true }, None);
        }

        var made = new PlanOrigin("memory", "mock", 0, "ci", new PlanOptions());
        return (await new L402Planner(bench.ControlPlane, bench.Gateway).CreateAsync(bench.Options, made, withPrivateValues, None)).Plan!;
    }
}
