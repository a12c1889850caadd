using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Planning;
using LightningOps.ControlPlane.Mock;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.ApertureFile;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

/// <summary>What the admin API carries of a paywall's terms, and what is refused before anything is sent.</summary>
public sealed class AdminTermsTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StrictAperture aperture = new();
    private readonly LoopbackServer server;

    public AdminTermsTests() => server = new LoopbackServer(aperture.AnswerAsync);

    public static TheoryData<string> Terms => ["credentialLifetimeSeconds", "capabilities", "constraints", "headers", "tlsCertificatePath", "whitelistPaths", "skipInvoicePaths", "dynamicPrice"];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Terms))]
    public async Task What_decides_who_enters_or_for_how_long_is_refused_whatever_is_allowed(string member)
    {
        using var gateway = Open();
        var rollout = CreateRollout("dep_1", With(member)) with { AllowMissingFeatures = true, AllowDynamicPriceLoss = true, AllowOrderLoss = true };

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), rollout);

        var refusal = Assert.Single(plan.Diagnostics, static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Equal("terms_not_carried", refusal.Code);
        Assert.Contains("does not support " + PolicyTerms.GetServiceMember(member) + ",", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(rollout, None));
        Assert.Equal(0, aperture.Writes);
    }

    [Theory]
    [MemberData(nameof(Terms))]
    public async Task A_close_is_never_refused(string member)
    {
        using var gateway = Open();

        Assert.False(gateway.Plan(await gateway.ReadStateAsync(None), CreateRollout("dep_1", With(member).Killed())).IsRefused);
    }

    [Fact]
    public async Task Limits_with_their_bursts_and_a_rewrite_can_be_gone_without()
    {
        using var gateway = Open();
        var rollout = CreateRollout("dep_1", Priced("pw_a", 2000, Route("r", Host, "/a", upstream: "https://up.example.com/v1")).WithPolicy(static policy => policy with { QuotaPerMinute = 5, QuotaPerMinuteBurst = 2 }));

        var refused = gateway.Plan(await gateway.ReadStateAsync(None), rollout);
        var allowed = gateway.Plan(await gateway.ReadStateAsync(None), rollout with { AllowMissingFeatures = true });

        Assert.Equal("features_not_carried", refused.Diagnostics.Single(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Code);
        Assert.False(allowed.IsRefused);
    }

    [Fact]
    public async Task What_is_gone_without_is_in_no_plan_and_no_report()
    {
        var paywall = Priced("pw_a", 2000, Route("r", Host, "/a", upstream: "https://up.example.com/v1")).WithPolicy(static policy => policy with { QuotaPerMinute = 5, AuthScheme = "l402" });
        var plane = new MockControlPlane(TimeProvider.System, [paywall]);
        var options = new ReconcileOptions { RequestId = "r", AllowMissingFeatures = true };
        using var gateway = Open();

        var plan = (await new L402Planner(plane, gateway).CreateAsync(options, new PlanOrigin("admin", "mock", 0, "ci", new PlanOptions()), true, None)).Plan!;
        var report = ReconcileReport.Create(await new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox()).RunAsync(options, None));

        var members = Assert.Single(plan.Changes).Members.Select(static member => member.ToString()).ToArray();
        Assert.Equal(members, Assert.Single(report.Changes).Values);
        Assert.Contains(members, static member => member.StartsWith("price", StringComparison.Ordinal));
        Assert.DoesNotContain(members, static member => member.Contains("ratelimit", StringComparison.Ordinal) || member.Contains("rewrite", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scheme_and_freebie_are_carried()
    {
        aperture.OffersPayment = true;
        using var gateway = Open();
        var rollout = CreateRollout("dep_1", Selling("/a").WithPolicy(static policy => policy with { AuthScheme = "l402", Freebie = 3 }), Selling("/b").WithPolicy(static policy => policy with { AuthScheme = "mpp" }), Selling("/c").WithPolicy(static policy => policy with { AuthScheme = "mpp+l402" }));

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), rollout);
        await gateway.ApplyAsync(rollout, None);

        Assert.Equal(
            ["pw_a.r freebie 3 ", "pw_b.r on auth_scheme=AUTH_SCHEME_MPP", "pw_c.r on auth_scheme=AUTH_SCHEME_L402_MPP"],
            aperture.Services.Select(static service => service.Name + " " + service.Auth + " " + string.Concat(service.Extras)).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["Payment is refused after paying, as the scheme is l402: pw_a.r.", "L402 is refused after paying, as the scheme is mpp: pw_b.r."],
            plan.Diagnostics.Where(static diagnostic => diagnostic.Code == "authscheme_refuses_offer").Select(static diagnostic => diagnostic.Message.Split("pays by ")[1].Split(" Declare")[0]));
        Assert.True(gateway.Plan(await gateway.ReadStateAsync(None), rollout).IsEmpty);
    }

    [Fact]
    public async Task A_file_carries_all_of_them_and_the_plan_says_what_is_sold_for_ever()
    {
        using var file = new GatewayFile(new Uri(server.Url).Authority);
        System.IO.File.WriteAllText(file.Path, file.With(string.Empty));
        using var gateway = file.Open();
        var rollout = CreateRollout("dep_1", Selling("/b"), With("credentialLifetimeSeconds"));

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), rollout);

        Assert.False(plan.IsRefused, plan.ToString());
        Assert.Equal([("pw_a.r", false), ("pw_b.r", true)], plan.Changes.Select(static change => (change.Name, change.SellsForEver)).Order());
        Assert.Contains("credentials sold from now on never expire, because no lifetime is declared: pw_b.r", string.Join(' ', plan.ToString().Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("headers.X-A=v", false)]
    [InlineData("timeout=60", false)]
    [InlineData("ratelimits[0].requests=5", true)]
    [InlineData("rewrite.prefix=/v1", true)]
    public void A_row_in_the_place_of_a_service_may_lose_limits_and_rewrite_only(string extra, bool canGoWithout)
    {
        var service = new GatewayService { Name = "s", HostRegexp = "^h$", PathRegexp = "^/a$", Address = "a:1", Protocol = "http", Auth = "on", PriceSats = 2 };
        var rows = new LiveRows([service], [service], null);

        var found = Assert.Single(rows.GetDiagnostics([service with { Extras = [extra] }], static _ => true, allowsMissingFeatures: true), static diagnostic => diagnostic.Code == "rows_lose_features");

        Assert.Equal(canGoWithout ? DiagnosticSeverity.Warn : DiagnosticSeverity.Error, found.Severity);
        Assert.Contains(extra.Split('=', '[', '.')[0], found.Message, StringComparison.Ordinal);
    }

    private static Paywall With(string member) => Selling("/a").Declaring(member);

    private ApertureAdminGateway Open() => new(new ApertureAdminGatewayOptions
    {
        BaseUrl = server.Url,
        Macaroon = OperatorSecret.From(StrictAperture.Macaroon),
        Records = new MemoryRecords(),
        Http = TestHttp.Options,
    });
}
