using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile;
using LightningOps.Paywalls;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Compile.Aperture;

public sealed class GateTests
{
    private static readonly Paywall Open = Paywall("open", Route("r_open", "a.com", "/open"));
    private static readonly Paywall Other = Paywall("other", Route("r_other", "a.com", "/other"));

    [Fact]
    public void Global_pause_closes_every_rule_at_its_place()
    {
        var before = Compile(Security(), Open, Other);
        var paused = Compile(Security(pause: true), Open, Other);

        Assert.True(paused.Valid);
        Assert.All(paused.Rules, rule => Assert.Equal("global_pause", rule.ClosedBy));
        Assert.Equal(before.Rules.Select(rule => rule.ServiceName), paused.Rules.Select(rule => rule.ServiceName));
        Assert.Single(paused.Diagnostics, diagnostic => diagnostic.Code == "global_pause");
    }

    [Fact]
    public void Owner_kill_switch_closes_that_owner_only()
    {
        var result = Compile(Security(killed: "owner_open"), Open, Other);

        Assert.Equal("owner_kill_switch", result.Rules.Single(rule => rule.PaywallId == "open").ClosedBy);
        Assert.False(result.Rules.Single(rule => rule.PaywallId == "other").IsClosed);
        Assert.Single(result.Diagnostics, diagnostic => diagnostic.Code == "owner_kill_switch");
    }

    [Fact]
    public void Owner_kill_switch_that_is_off_closes_nothing()
    {
        var security = Security(killed: "owner_open");
        security = security with { OwnerControls = security.OwnerControls.Select(owner => owner with { KillSwitch = false }).ToArray() };

        Assert.DoesNotContain(Compile(security, Open).Rules, rule => rule.IsClosed);
    }

    [Fact]
    public void Paused_killed_and_zero_quota_paywalls_are_closed_and_said_so()
    {
        var result = Compile(
            null,
            Open with { Status = PaywallStatus.Paused },
            Other.WithPolicy(policy => policy with { KillSwitch = true }),
            Paywall("zero", Route("r_zero", "a.com", "/zero")).WithPolicy(policy => policy with { QuotaPerDay = 0 }));

        Assert.Equal(
            ["paywall_kill_switch", "paywall_paused", "quota_zero"],
            result.Rules.Select(rule => rule.ClosedBy).Order());
        Assert.Equal(
            ["paywall_kill_switch", "paywall_paused", "quota_zero"],
            result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Warn).Select(diagnostic => diagnostic.Code).Order());
    }

    [Fact]
    public void Closed_rule_still_stands_before_a_broader_open_one()
    {
        var result = Compile(
            null,
            Paywall("broad", Route("r_broad", "a.com", "/docs/*")),
            Open with { Status = PaywallStatus.Paused, Routes = [Route("r_narrow", "a.com", "/docs/secret/*")] });

        Assert.Equal(["r_narrow", "r_broad"], result.Rules.Select(rule => rule.RouteId));
        Assert.True(result.Rules[0].IsClosed);
    }

    [Fact]
    public void Archived_paywall_is_left_out()
    {
        var result = Compile(null, Open, Other with { Status = PaywallStatus.Archived });

        Assert.Equal(["r_open"], result.Rules.Select(rule => rule.RouteId));
    }

    [Fact]
    public void Older_service_knows_no_gate()
    {
        var result = PaywallCompiler.Compile(
            [Open with { Status = PaywallStatus.Paused }],
            new CompileOptions { Format = ArtifactFormat.RouteDocument, Security = Security(pause: true) });

        Assert.False(result.Rules.Single().IsClosed);
    }

    private static CompileResult Compile(SecurityState? security, params Paywall[] paywalls) =>
        PaywallCompiler.Compile(paywalls, new CompileOptions { Security = security });

    private static SecurityState Security(bool pause = false, string? killed = null) => new()
    {
        Global = new GlobalControl { StateId = "global", GlobalPause = pause },
        OwnerControls = killed is null ? [] : [new OwnerControl { OwnerId = killed, KillSwitch = true, DenyReasonCode = "owner_kill_switch_active" }],
        CredentialRoles = new List<CredentialRoleState>(),
    };
}
