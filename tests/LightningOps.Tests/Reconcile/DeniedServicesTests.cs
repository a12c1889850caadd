using System.Collections.Generic;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Reconcile;

public sealed class DeniedServicesTests
{
    private static readonly IReadOnlyList<Paywall> Listed =
    [
        Paywall("a", Route("r", "h.example.com", "/a")),
        Paywall("a.b", Route("r", "h.example.com", "/b")),
        Paywall("c", Route("r", "h.example.com", "/c")) with { Status = PaywallStatus.Paused },
    ];

    [Fact]
    public void A_suspended_paywall_is_denied_by_its_declared_name_though_nothing_could_be_listed()
    {
        var adopted = Paywall("pw_a", Route("r", "a.example", "/") with { ServiceName = "one" });
        var wanted = Wanted([]) with { Suspended = [adopted] };

        Assert.Equal(CloseDecision.Close, Verdict(DenyRules.From(wanted), "one"));
        Assert.Equal(CloseDecision.Close, Verdict(DenyRules.From(wanted), "pw_a.gone"));
        Assert.Equal(CloseDecision.Keep, Verdict(DenyRules.From(wanted), "two"));
    }

    [Fact]
    public void Nothing_is_denied_without_a_pause_a_kill_switch_or_a_gate()
    {
        IReadOnlyList<Paywall> open = [Listed[0]];

        Assert.Null(DenyRules.From(Wanted(open)));
        Assert.Null(DenyRules.From(Wanted(open, kills: [("elsewhere", false)])));
        Assert.Null(DenyRules.From(Wanted(Listed) with { Security = null }));
    }

    [Theory]
    [InlineData("a.r", CloseDecision.Keep)]
    [InlineData("a.b.r", CloseDecision.Close)]
    [InlineData("c.r", CloseDecision.Close)]
    [InlineData("a.old", CloseDecision.Keep)]
    [InlineData("c.old", CloseDecision.Close)]
    [InlineData("a.b.old", CloseDecision.Close)]
    [InlineData("gone.r", CloseDecision.CloseIfMadeHere)]
    [InlineData("website", CloseDecision.CloseIfMadeHere)]
    public void A_kill_switch_denies_what_its_owner_has_and_what_nobody_is_known_to_own(string service, CloseDecision expected) =>
        Assert.Equal(expected, Verdict(DenyRules.From(Wanted(Listed, kills: [("owner_a.b", true)])), service));

    [Theory]
    [InlineData("a.r", CloseDecision.Keep)]
    [InlineData("c.r", CloseDecision.Close)]
    [InlineData("gone.r", CloseDecision.Keep)]
    public void A_paused_paywall_denies_its_own_services_only(string service, CloseDecision expected) =>
        Assert.Equal(expected, Verdict(DenyRules.From(Wanted(Listed)), service));

    [Theory]
    [InlineData("a.r", CloseDecision.Close)]
    [InlineData("a.old", CloseDecision.Close)]
    [InlineData("website", CloseDecision.CloseIfMadeHere)]
    public void A_global_pause_denies_everything(string service, CloseDecision expected)
    {
        var denied = DenyRules.From(Wanted(Listed, isPaused: true));

        Assert.Equal((true, expected), (denied!.IsEverything, Verdict(denied, service)));
    }

    [Theory]
    [InlineData(PaywallStatus.Active, PaywallStatus.Paused)]
    [InlineData(PaywallStatus.Paused, PaywallStatus.Active)]
    public void Names_that_meet_are_denied_when_one_of_them_is(PaywallStatus first, PaywallStatus second)
    {
        IReadOnlyList<Paywall> paywalls = [Paywall("x y", Route("r", "h", "/1")) with { Status = first }, Paywall("x_y", Route("r", "h", "/2")) with { Status = second }];

        Assert.Equal(CloseDecision.Close, Verdict(DenyRules.From(Wanted(paywalls)), "x_y.r"));
    }

    private static CloseDecision Verdict(DenyRules? denied, string service) => denied!.Decide(new GatewayService { Name = service }, null);

    private static DesiredConfiguration Wanted(IReadOnlyList<Paywall> paywalls, bool isPaused = false, params (string Owner, bool IsActive)[] kills) => new(
        PaywallCompiler.Compile(paywalls, new CompileOptions()),
        paywalls,
        new SecurityState
        {
            Global = new GlobalControl { StateId = "global", GlobalPause = isPaused, UpdatedAtMs = 1 },
            OwnerControls = [.. System.Array.ConvertAll(kills, kill => new OwnerControl { OwnerId = kill.Owner, KillSwitch = kill.IsActive, UpdatedAtMs = 1 })],
            CredentialRoles = [],
        });
}
