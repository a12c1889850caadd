using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Planning;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

/// <summary>A roll-out over the admin API takes no way to pay off a service (docs/reference/aperture.md#admin-api).</summary>
public sealed class AdminSchemeTests : IAsyncLifetime
{
    private const string Both = "AUTH_SCHEME_L402_MPP";
    private const string Mpp = "AUTH_SCHEME_MPP";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StrictAperture aperture = new();
    private readonly MemoryRecords records = new();
    private readonly LoopbackServer server;

    public AdminSchemeTests() => server = new LoopbackServer(aperture.AnswerAsync);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(Both)]
    [InlineData(Mpp)]
    public async Task A_change_of_the_price_keeps_the_scheme_that_stands(string scheme)
    {
        aperture.OffersPayment = true;
        aperture.Services = GetServices(CreateRollout("dep_0", Selling("/a"))).Select(service => service with { Extras = ["auth_scheme=" + scheme] }).ToArray();
        using var gateway = Open();
        var rollout = CreateRollout("dep_1", Selling("/a", 9000));

        var change = Assert.Single(gateway.Plan(await gateway.ReadStateAsync(None), rollout).Changes);
        await gateway.ApplyAsync(rollout, None);

        Assert.Equal(["price"], change.Members.Select(static member => member.Member));
        Assert.Equal((9, scheme), (aperture.Services.Single().PriceSats, Scheme("pw_a.r")));
        Assert.True(gateway.Plan(await gateway.ReadStateAsync(None), rollout).IsEmpty);
    }

    [Fact]
    public async Task A_pause_and_its_end_keep_the_scheme_that_stands()
    {
        aperture.OffersPayment = true;
        using var gateway = Open();
        await gateway.ApplyAsync(CreateRollout("dep_1", Selling("/a")), None);

        await gateway.ApplyAsync(CreateRollout("dep_2", Selling("/a").Killed()), None);
        Assert.Equal((true, Both), (aperture.Services.Single().IsClosed, Scheme("pw_a.r")));
        await gateway.CloseAsync(new GatewayClosing { RequestId = "req", DeploymentId = "dep_close", Decide = static (_, _) => CloseDecision.Close }, None);
        await gateway.ApplyAsync(CreateRollout("dep_3", Selling("/a")), None);

        Assert.Equal((false, Both), (aperture.Services.Single().IsClosed, Scheme("pw_a.r")));
    }

    [Theory]
    [InlineData(true, Both)]
    [InlineData(false, null)]
    public async Task What_is_created_accepts_whatever_is_on(bool offersPayment, string? scheme)
    {
        aperture.OffersPayment = offersPayment;
        using var gateway = Open();

        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);

        Assert.Equal(scheme, Scheme("pw_a.r"));
    }

    [Fact]
    public async Task Where_the_info_cannot_be_read_what_is_created_accepts_both_and_the_plan_says_so()
    {
        aperture.HidesInfo = true;
        using var gateway = Open();

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_1", "/a"));
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);

        Assert.Equal(Both, Scheme("pw_a.r"));
        Assert.Contains(plan.Diagnostics, static diagnostic => diagnostic.Code == "offers_not_known");
        Assert.False(plan.IsRefused);
    }

    [Fact]
    public async Task What_is_deleted_and_created_again_keeps_what_it_accepted()
    {
        aperture.OffersPayment = true;
        aperture.Services = GetServices(CreateRollout("dep_0", Selling("/s/*")));
        using var gateway = Open();

        // The narrower one must precede, so the broader one is created again.
        await gateway.ApplyAsync(CreateRollout("dep_1", Selling("/s/*"), Selling("/s/b")), None);

        Assert.Equal(Both, Scheme("pw_s_all.r"));
    }

    [Theory]
    [InlineData(null, "Who pays by Payment is refused after paying, at services that are listed as L402 and are not defined in the aperture.yaml without authscheme: pw_a.r")]
    [InlineData(Mpp, "who pays by L402 is refused after paying, as the scheme is mpp: pw_a.r")]
    public async Task The_plan_says_who_would_pay_and_be_refused(string? scheme, string expected)
    {
        aperture.OffersPayment = true;
        aperture.Services = GetServices(OfPaths("dep_0", "/a")).Select(service => service with { Extras = scheme is null ? [] : ["auth_scheme=" + scheme] }).ToArray();
        using var gateway = Open();

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_1", "/a", "/b"));

        var found = Assert.Single(plan.Diagnostics, static diagnostic => diagnostic.Code == "authscheme_refuses_offer");
        Assert.Contains(expected, found.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pw_b.r", found.Message, StringComparison.Ordinal);
        Assert.Equal(DiagnosticSeverity.Warn, found.Severity);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_plan_names_the_cheapest_and_the_dearest_beside_Payment(bool offersPayment)
    {
        aperture.OffersPayment = offersPayment;
        using var gateway = Open();

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), CreateRollout("dep_1", Selling("/a", 1000), Selling("/b", 100_000)));

        Assert.Equal(offersPayment, plan.Diagnostics.Any(static diagnostic => diagnostic.Code == "charge_opens_dearer" && diagnostic.Message.Contains("one of pw_a.r for 1 sat opens pw_b.r for 100 sat", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("l402", "l402+mpp", true)]
    [InlineData("l402+mpp", "l402", false)]
    public async Task A_service_that_refuses_charges_is_opened_by_none(string cheap, string dear, bool isNamed)
    {
        aperture.OffersPayment = true;
        using var gateway = Open();

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), CreateRollout("dep_1", Selling("/a", 1000).WithPolicy(policy => policy with { AuthScheme = cheap }), Selling("/b", 100_000).WithPolicy(policy => policy with { AuthScheme = dear })));

        Assert.Equal(isNamed, plan.Diagnostics.Any(static diagnostic => diagnostic.Code == "charge_opens_dearer"));
    }

    [Fact]
    public async Task The_plan_says_what_a_change_of_a_service_of_the_file_loses()
    {
        aperture.Services = GetServices(OfPaths("dep_0", "/a", "/b"));
        using var gateway = Open();

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), CreateRollout("dep_1", Selling("/a", 9000), Selling("/b")));

        Assert.EndsWith("at once: pw_a.r. Roll out to the file, too", Assert.Single(plan.Diagnostics, static diagnostic => diagnostic.Code == "admin_change_loses").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_Payment_nobody_is_refused()
    {
        aperture.Services = GetServices(OfPaths("dep_0", "/a"));
        using var gateway = Open();

        Assert.DoesNotContain(gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_1", "/a")).Diagnostics, static diagnostic => diagnostic.Code == "authscheme_refuses_offer");
    }

    private static GatewayService[] GetServices(GatewayRollout rollout) => [.. DesiredServices.From(rollout.Rules, withExtras: false)];

    private string? Scheme(string name) => aperture.Services.Single(service => service.Name == name).Extras.SingleOrDefault()?["auth_scheme=".Length..];

    private ApertureAdminGateway Open() => new(new ApertureAdminGatewayOptions
    {
        BaseUrl = server.Url,
        Macaroon = OperatorSecret.From(StrictAperture.Macaroon),
        Records = records,
        Http = TestHttp.Options,
    });
}
