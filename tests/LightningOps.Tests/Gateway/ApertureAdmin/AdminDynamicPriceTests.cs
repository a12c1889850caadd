using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.L402;
using LightningOps.L402.Macaroons;
using LightningOps.Leases;
using LightningOps.Reconcile;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

/// <summary>Price servers that the admin API neither shows nor keeps (docs/reference/aperture.md#what-an-admin-change-loses).</summary>
public sealed class AdminDynamicPriceTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StrictAperture aperture = new();
    private readonly LoopbackServer server;

    public AdminDynamicPriceTests() => server = new LoopbackServer(aperture.AnswerAsync);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_gateway_that_lists_one_price_and_asks_another_is_in_drift()
    {
        Serve("pw_a.r/a:0", 15);

        var drift = await CompareAsync(2000);

        Assert.Equal(DriftStatus.InDrift, drift.Status);
        Assert.Equal("pw_a.r asks 15 sat, set by a price server (dynamicprice), instead of 2", drift.Answer);
        Assert.Contains(drift.Plan!.Diagnostics, static diagnostic => diagnostic.Code == "dynamic_price" && diagnostic.Message.Contains("pw_a.r (asks 15 sat, listed 2)", StringComparison.Ordinal));
        Assert.Contains("asks 15 sat", DriftReport.Create(drift).Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_price_change_of_a_metered_service_is_refused_until_it_is_asked_for()
    {
        Serve("pw_a.r/a:0", 15);

        var refused = await ReconcileAsync(9000, allow: false);
        Assert.Equal("refused:dynamic_price_lost", refused.FailureReason);
        Assert.Equal(0, aperture.Writes);

        var allowed = await CompareAsync(9000, allow: true);
        Assert.False(allowed.Plan!.IsRefused);
        Assert.Contains(allowed.Plan.Diagnostics, static diagnostic => diagnostic is { Code: "dynamic_price_lost", Severity: DiagnosticSeverity.Warn });
    }

    [Fact]
    public async Task A_metered_service_can_always_be_closed()
    {
        Serve("pw_a.r/a:0", 15);
        using var gateway = Open(asks: true);

        var state = await ListedPrices.AskAsync(gateway, await gateway.ReadStateAsync(None), CreateRollout("dep_1", Selling("/a")).Rules, 20, None);

        Assert.True(state.AskedPrices["pw_a.r"].IsDynamic);
        Assert.False(gateway.Plan(state, CreateRollout("dep_1", Selling("/a").Killed())).IsRefused);
    }

    [Fact]
    public async Task A_token_that_names_the_service_only_has_a_fixed_price()
    {
        Serve("pw_a.r:0", 2);

        Assert.Equal(DriftStatus.InSync, (await CompareAsync(2000)).Status);
        Assert.False((await CompareAsync(9000)).Plan!.IsRefused);
    }

    [Fact]
    public async Task Without_an_address_to_ask_the_plan_says_that_it_is_not_known()
    {
        Serve("pw_a.r/a:0", 15);
        using var gateway = Open(asks: false);

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), CreateRollout("dep_1", Selling("/a", 9000)));

        var found = Assert.Single(plan.Diagnostics, static diagnostic => diagnostic.Code == "dynamic_price_not_known");
        Assert.Contains("pw_a.r", found.Message, StringComparison.Ordinal);
        Assert.Equal(DiagnosticSeverity.Info, found.Severity);
    }

    private void Serve(string services, long sats)
    {
        var token = Macaroon.Mint(new byte[32], L402Identifier.Create(PaymentHash.Parse(new string('a', 64)), new byte[32])).AddCaveat(new Caveat("services", services));
        aperture.Services = DesiredServices.From(CreateRollout("dep_0", Selling("/a")).Rules, withExtras: false);
        aperture.Tokens["pw_a.r"] = (token.ToBase64(), sats);
        aperture.Forget();
    }

    private async Task<DriftResult> CompareAsync(long msats, bool allow = false)
    {
        using var gateway = Open(asks: true);
        return await new DriftCheck(new MockControlPlane(new FakeTimeProvider(), [Selling("/a", msats)]), gateway).RunAsync(Options(allow), None);
    }

    private async Task<ReconcileResult> ReconcileAsync(long msats, bool allow)
    {
        using var gateway = Open(asks: true);
        var time = new FakeTimeProvider();
        return await new Reconciler(new MockControlPlane(time, [Selling("/a", msats)]), gateway, time, new MemoryLeases(), new LightningOps.Reconcile.Outbox.MemoryOutbox()).RunAsync(Options(allow), None);
    }

    private static ReconcileOptions Options(bool allow) => new() { RequestId = "r", Compile = new CompileOptions(), AllowDynamicPriceLoss = allow };

    private ApertureAdminGateway Open(bool asks) => new(new ApertureAdminGatewayOptions
    {
        BaseUrl = server.Url,
        Macaroon = OperatorSecret.From(StrictAperture.Macaroon),
        Records = new MemoryRecords(),
        Http = TestHttp.Options,
        Probes = new SaleProbeOptions { BaseUrl = asks ? server.Url : null },
    });
}
