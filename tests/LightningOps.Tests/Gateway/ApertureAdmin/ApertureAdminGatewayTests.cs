using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Records;
using LightningOps.Http;
using LightningOps.L402;
using LightningOps.L402.Macaroons;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.L402.Bolt11;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

public sealed class ApertureAdminGatewayTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly GatewayRollout Old = CreateRollout("dep_1", Selling("/s/*"), Selling("/s/b"), Selling("/b/c"), Selling("/gone"));
    private static readonly GatewayRollout Wanted = CreateRollout("dep_2", Selling("/s/*", 5000), Selling("/s/b"), Selling("/s/a/*"), Selling("/b/c", 9000), Selling("/c"));
    private readonly StrictAperture aperture = new();
    private readonly MemoryRecords records = new();
    private readonly HeldTime time = new();
    private readonly FaultProxy proxy;
    private readonly LoopbackServer server;

    public ApertureAdminGatewayTests()
    {
        proxy = new FaultProxy(aperture.AnswerAsync, () => time.RunOut(TestHttp.Options.TryTimeout));
        server = new LoopbackServer(proxy.AnswerAsync);
    }

    public static TheoryData<HttpFault> Faults => [.. Enum.GetValues<HttpFault>()];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_reorder_never_opens_a_broader_rule_where_a_narrower_one_was_sold()
    {
        using var gateway = await OpenServingAsync(Old);

        await gateway.ApplyAsync(Wanted, None);

        Assert.True(aperture.History.Count > 6, "the roll-out has to delete and create");
        IntermediateLists.AssertSafe(aperture.History);
        ServedOrder.AssertMeans(GetServices(Wanted), aperture.Services);
    }

    [Fact]
    public async Task Ten_changes_of_two_thousand_services_are_ten_writes()
    {
        var paywalls = Enumerable.Range(0, 2_000).Select(i => Selling("/p" + i)).ToArray();
        var old = CreateRollout("dep_1", paywalls);
        using var gateway = Open();
        aperture.Services = DesiredServices.From(old.Rules, withExtras: false);
        await records.WriteAsync(gateway.Name, new GatewayRecord { Names = aperture.Services.Select(service => service.Name).ToArray() }, None);

        await gateway.ApplyAsync(CreateRollout("dep_2", paywalls.Select((paywall, i) => i % 200 == 7 ? Selling("/p" + i, 9000) : paywall).ToArray()), None);

        Assert.Equal(10, aperture.Writes);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task After_a_fault_at_any_request_the_old_or_the_new_list_is_served_whole_and_the_next_run_converges(HttpFault fault)
    {
        using var gateway = await OpenServingAsync(Old);
        using var hasty = Open(TestHttp.On(time) with { Tries = 1 });
        proxy.Restart();
        await gateway.ApplyAsync(Wanted, None);
        var requests = proxy.Seen;
        Assert.True(requests > 8);

        foreach (var at in Enumerable.Range(1, requests))
        {
            proxy.Fault = (_, _) => null;
            await gateway.ApplyAsync(Old, None);
            aperture.Forget();
            proxy.Restart();
            proxy.Fault = (number, _) => number == at ? fault : null;
            var failure = await Record.ExceptionAsync(() => hasty.ApplyAsync(Wanted, None));

            AssertServes(failure is null ? Wanted : Old);
            Assert.True(failure is null or GatewayException, failure?.ToString());
            IntermediateLists.AssertSafe(aperture.History, GetServices(Wanted));
            proxy.Fault = (_, _) => null;
            await gateway.ApplyAsync(Wanted, None);
            AssertServes(Wanted);
            Assert.True(gateway.Plan(await gateway.ReadStateAsync(None), Wanted).IsEmpty);
        }
    }

    [Theory]
    [InlineData(400)]
    [InlineData(500)]
    public async Task A_step_that_is_always_refused_puts_back_the_list_that_was_there(int status)
    {
        using var gateway = await OpenServingAsync(Old);
        aperture.Cursed["pw_s_a_all.r"] = status;

        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(Wanted, None));

        Assert.StartsWith("status_" + status, failure.Reason);
        AssertServes(Old);
        IntermediateLists.AssertSafe(aperture.History, GetServices(Wanted));
        Assert.Equal(("dep_1", Old.ConfigHash), ((await gateway.ReadStateAsync(None)).Active!.DeploymentId, (await gateway.ReadStateAsync(None)).Active!.ConfigHash));
    }

    [Fact]
    public async Task A_cancelled_roll_out_puts_back_the_list_that_was_there()
    {
        using var gateway = await OpenServingAsync(Old);
        using var stop = new CancellationTokenSource();
        proxy.Fault = (_, request) =>
        {
            if (request.Method == "POST")
            {
                stop.Cancel();
            }

            return null;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.ApplyAsync(Wanted, stop.Token));

        AssertServes(Old);
    }

    [Fact]
    public async Task A_rollback_that_fails_is_told()
    {
        using var gateway = await OpenServingAsync(Old);
        proxy.Restart();
        proxy.Fault = (number, _) => number > 4 ? HttpFault.ErrorBefore : null;

        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(Wanted, None));

        Assert.Contains("rollback_failed:status_500", failure.Reason);
        proxy.Fault = (_, _) => null;
        await gateway.ApplyAsync(Wanted, None);
        AssertServes(Wanted);
    }

    [Fact]
    public async Task A_refused_step_names_its_service_and_the_call_in_its_reason()
    {
        using var gateway = Open(TestHttp.On(time) with { Tries = 1 });
        proxy.Fault = (_, request) => request.Method == "POST" ? HttpFault.ErrorBefore : null;

        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(OfPaths("dep_1", "/a"), None));

        Assert.StartsWith("status_500:", failure.Reason, StringComparison.Ordinal);
        Assert.Contains("(service pw_a.r, POST /api/admin/services)", failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"price\":\"many\"", "invalid_answer:services[1] shop: price is \"many\"")]
    [InlineData("\"price\":\"9223372036854775808\"", "invalid_answer:services[1] shop: price is \"9223372036854775808\"")]
    [InlineData("\"auth\":7", "invalid_answer:services[1] shop: auth is 7")]
    public async Task A_list_that_cannot_be_read_names_service_member_and_value(string member, string reason)
    {
        await using var strange = new LoopbackServer(_ => Task.FromResult(Reply.Json("{\"services\":[{\"name\":\"first\"},{\"name\":\"shop\"," + member + "}]}")));
        using var gateway = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = strange.Url, Macaroon = OperatorSecret.From("0201ab"), Records = records, Http = TestHttp.Options });

        Assert.Equal(reason, (await Assert.ThrowsAsync<GatewayException>(() => gateway.ReadStateAsync(None))).Reason);
    }

    [Fact]
    public async Task A_negative_price_in_the_list_is_named_and_keeps_nothing_from_closing()
    {
        aperture.Services = [new GatewayService { Name = "shop", HostRegexp = "^shop$", PathRegexp = "^/x$", Address = "web:80", Protocol = "http", Auth = "on", PriceSats = -5 }];
        using var gateway = Open();
        var state = await gateway.ReadStateAsync(None);

        var plan = gateway.Plan(state, OfPaths("dep_1", "/b"));

        Assert.Equal(
            "Aperture lists a negative price, and Lightning has no invoice of one: shop (-5 sat). Correct the price where it was set",
            Assert.Single(plan.Diagnostics, static diagnostic => diagnostic.Code == "price_negative").Message);
        Assert.False(plan.IsRefused);
        Assert.Equal(ServedState.Failing, (await ServedServices.ReadAsync(gateway.Name, gateway, None))!.Single().State);
    }

    [Fact]
    public async Task Services_made_by_others_are_left_alone_unless_pruned()
    {
        var website = new GatewayService { Name = "website", HostRegexp = @"^www\.example\.com$", PathRegexp = "^/home$", Address = "web:80", Protocol = "http", Auth = "off", PriceSats = 1 };
        aperture.Services = [website];
        using var gateway = Open();

        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        await gateway.ApplyAsync(OfPaths("dep_2", "/b"), None);
        Assert.Equal(["website", "pw_b.r"], aperture.Services.Select(service => service.Name));

        await gateway.ApplyAsync(OfPaths("dep_3", "/b") with { Prune = true }, None);
        Assert.Equal(["pw_b.r"], aperture.Services.Select(service => service.Name));
    }

    [Fact]
    public async Task A_service_of_others_that_would_give_away_what_is_sold_refuses_the_roll_out()
    {
        aperture.Services = [new GatewayService { Name = "website", HostRegexp = ".*", PathRegexp = "^/(?:[^_a]|$)", Address = "web:80", Protocol = "http", Auth = "off", PriceSats = 1 }];
        using var gateway = Open();
        var rollout = OfPaths("dep_1", "/b");

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), rollout);
        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(rollout, None));

        Assert.Equal("foreign_service_before", Assert.Single(plan.Diagnostics).Code);
        Assert.True(plan.IsRefused);
        Assert.Equal("foreign_service_before", failure.Reason);
        Assert.Equal(0, aperture.Writes);
        Assert.False(gateway.Plan(await gateway.ReadStateAsync(None), rollout with { Prune = true }).IsRefused);
    }

    [Fact]
    public async Task Rate_limits_and_rewrites_are_refused_unless_it_may_go_without()
    {
        var rollout = CreateRollout("dep_1", Priced("pw", 2000, Route("r", Host, "/a", upstream: "https://up.example.com/v1")).WithPolicy(policy => policy with { QuotaPerMinute = 5 }));
        using var gateway = Open();
        var state = await gateway.ReadStateAsync(None);

        var refused = gateway.Plan(state, rollout);
        var allowed = gateway.Plan(state, rollout with { AllowMissingFeatures = true });
        await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(rollout, None));

        Assert.True(refused.IsRefused);
        Assert.Equal(["ratelimits", "rewrite"], (IEnumerable<string>)Assert.Single(refused.Diagnostics).Details!["features"]!);
        Assert.False(allowed.IsRefused);
        Assert.Equal(DiagnosticSeverity.Warn, Assert.Single(allowed.Diagnostics).Severity);
        Assert.Equal(0, aperture.Writes);
        await gateway.ApplyAsync(rollout with { AllowMissingFeatures = true }, None);
        Assert.Single(aperture.Services);
    }

    [Fact]
    public async Task The_plan_says_which_services_are_briefly_unreachable()
    {
        using var gateway = await OpenServingAsync(Old);

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), Wanted);

        Assert.True(plan.NeedsConfirmation);
        Assert.Equal(["pw_s_all.r"], plan.Changes.Where(change => change.IsBrieflyUnreachable).Select(change => change.Name).Distinct());
        Assert.Contains(plan.Diagnostics, diagnostic => diagnostic.Code == "order_lost_on_restart");
    }

    [Fact]
    public async Task An_overlap_is_named_with_the_price_each_would_be_sold_at_and_a_closed_one_before_a_broader_is_refused()
    {
        using var gateway = Open();
        var rollout = CreateRollout("dep_1", Selling("/s/*", 5000), Selling("/s/b").Killed());
        var state = await gateway.ReadStateAsync(None);

        var sold = gateway.Plan(state, CreateRollout("dep_1", Selling("/s/*", 5000), Selling("/s/b")));
        var refused = gateway.Plan(state, rollout);
        var allowed = gateway.Plan(state, rollout with { AllowOrderLoss = true });

        Assert.Contains("pw_s_b.r (2 sat) or pw_s_all.r (5 sat)", Assert.Single(sold.Diagnostics).Message, StringComparison.Ordinal);
        Assert.False(sold.IsRefused);
        Assert.True(refused.IsRefused);
        Assert.Contains("NOT CLOSED AFTER A RESTART: pw_s_b.r, of which pw_s_all.r (5 sat)", refused.Diagnostics.Single(diagnostic => diagnostic.Code == "not_closed_after_restart").Message, StringComparison.Ordinal);
        Assert.False(allowed.IsRefused);
    }

    [Fact]
    public async Task What_the_file_may_define_is_said_to_be_back_after_a_restart()
    {
        aperture.Services = [new GatewayService { Name = "other", HostRegexp = "^other$", PathRegexp = "^/x$", Address = "web:80", Protocol = "http", Auth = "on", PriceSats = 1 }];
        using var gateway = Open();

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_1", "/b") with { Prune = true });

        Assert.Contains("restart: other.", plan.Diagnostics.Single(diagnostic => diagnostic.Code == "back_after_restart").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_with_a_slash_is_found_in_the_plan_and_keeps_no_other_open()
    {
        aperture.Services = [new GatewayService { Name = "a/b", HostRegexp = "^other$", PathRegexp = "^/x$", Address = "web:80", Protocol = "http", Auth = "on", PriceSats = 1 }, .. GetServices(OfPaths("dep_1", "/b"))];
        using var gateway = Open();
        var closing = new GatewayClosing { RequestId = "req", DeploymentId = "dep_close", Decide = static (_, _) => CloseDecision.Close };

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_1", "/b") with { Prune = true });
        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.CloseAsync(closing, None));

        Assert.True(plan.IsRefused);
        Assert.Contains(plan.Diagnostics, diagnostic => diagnostic.Code == "name_not_addressable" && diagnostic.Message.Contains("a/b", StringComparison.Ordinal));
        Assert.StartsWith("name_not_addressable: a/b (the admin API cannot change a service whose name has a slash", failure.Reason, StringComparison.Ordinal);
        Assert.Equal(["pw_b.r"], aperture.Services.Where(service => service.IsClosed).Select(service => service.Name));
    }

    [Fact]
    public async Task A_macaroon_with_caveats_is_not_sent()
    {
        var restricted = Macaroon.Mint(new byte[32], L402Identifier.Create(PaymentHash.Parse(new string('a', 64)), new byte[32])).AddCaveat(new Caveat("ipaddr", "10.0.0.1"));
        using var gateway = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = server.Url, Macaroon = OperatorSecret.From(restricted.ToHex()), Records = records, Http = TestHttp.Options });

        var failure = await Assert.ThrowsAsync<ConfigException>(() => gateway.ReadStateAsync(None));

        Assert.Contains("1 caveats", failure.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("lnd")]
    [InlineData("")]
    [InlineData("aperture")]
    public async Task The_macaroon_of_a_node_is_not_sent_whatever_location_it_claims(string location)
    {
        using var gateway = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = server.Url, Macaroon = OperatorSecret.From(LndMacaroons.Bake(location, ("offchain", ["read", "write"]), ("macaroon", ["generate"]))), Records = records, Http = TestHttp.Options });

        var failure = await Assert.ThrowsAsync<ConfigException>(() => gateway.ReadStateAsync(None));

        Assert.Contains("offchain:write, macaroon:generate", failure.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_list_changed_by_hand_is_another_deployment()
    {
        using var gateway = await OpenServingAsync(Old);
        aperture.Services = aperture.Services.Select(service => service with { PriceSats = service.PriceSats + 1 }).ToArray();

        var state = await gateway.ReadStateAsync(None);

        Assert.Null(state.Active!.DeploymentId);
        Assert.NotEqual(Old.ConfigHash, state.Active.ConfigHash);
        Assert.Equal(4, gateway.Plan(state, Old).Changes.Count);
    }

    [Fact]
    public async Task The_challenge_must_ask_for_the_price_of_the_rule()
    {
        using var gateway = await OpenServingAsync(Old);
        var route = GetProbeRoute(Old);

        aperture.Challenge = Invoices.Challenge(1999);
        Assert.Equal((ProbeOutcome.Failed, "wrong_amount:1999 msats instead of 2000"), Outcome(await gateway.ProbeChallengeAsync(route, None)));
        aperture.Challenge = "Basic realm=\"x\"";
        Assert.Equal((ProbeOutcome.Failed, "invalid_challenge:challenge_missing"), Outcome(await gateway.ProbeChallengeAsync(route, None)));
        Assert.Equal(Host, server.Requests[^1].Headers["host"]);
    }

    [Fact]
    public async Task The_proxy_check_is_skipped_without_a_payer_and_buys_with_one()
    {
        using var poor = await OpenServingAsync(Old);
        var payer = new RecordingPayer();
        using var rich = new ApertureAdminGateway(Options(TestHttp.Options) with { Probes = new SaleProbeOptions { BaseUrl = server.Url, Payer = payer } });
        var route = GetProbeRoute(Old);
        var challenge = await poor.ProbeChallengeAsync(route, None);

        Assert.Equal((ProbeOutcome.Skipped, "no_payer"), Outcome(await poor.ProbeProxyAsync(route, challenge, None)));
        Assert.Equal(ProbeOutcome.Passed, (await rich.ProbeProxyAsync(route, challenge, None)).Outcome);
        Assert.Equal(Invoices.Challenge(2000), payer.Paid);
        Assert.Equal("L402 paid", server.Requests[^1].Headers["authorization"]);
    }

    private static (ProbeOutcome Outcome, string? Reason) Outcome(ProbeResult result) => (result.Outcome, result.Reason);

    private void AssertServes(GatewayRollout rollout) =>
        ServedOrder.AssertMeans(GetServices(rollout), aperture.Services);

    private static IReadOnlyList<GatewayService> GetServices(GatewayRollout rollout) => DesiredServices.From(rollout.Rules, withExtras: false);

    private async Task<ApertureAdminGateway> OpenServingAsync(GatewayRollout rollout)
    {
        var gateway = Open();
        await gateway.ApplyAsync(rollout, None);
        aperture.Forget();
        return gateway;
    }

    private ApertureAdminGateway Open(GatewayHttpOptions? http = null) => new(Options(http ?? TestHttp.Options));

    private ApertureAdminGatewayOptions Options(GatewayHttpOptions http) => new()
    {
        BaseUrl = server.Url,
        Macaroon = OperatorSecret.From(StrictAperture.Macaroon),
        Records = records,
        Probes = new SaleProbeOptions { BaseUrl = server.Url },
        Http = http,
    };

    private sealed class RecordingPayer : IProbePayer
    {
        public string? Paid { get; private set; }

        public Task<string> BuyAsync(string challenge, ProbeRoute route, CancellationToken cancellationToken)
        {
            Paid = challenge;
            return Task.FromResult("L402 paid");
        }
    }
}
