using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Security;
using LightningOps.Tests.Gateway.ApertureAdmin;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.ApertureFile;

/// <summary>Services of an aperture.yaml that this store did not make: kept to the byte, named, closed and removed only when told.</summary>
public sealed class OtherServicesTests : IAsyncDisposable
{
    private const string Website = "  # The shop's own.\n  - name: website\n    hostregexp: '^www\\.example\\.com$'   # by hand\n    address: \"localhost:8000\"\n    auth: \"on\"\n    price: 7\n    headers:\n      X-Key: 'v'\n";
    private const string Docs = "  - {name: docs, hostregexp: ^docs$, address: 'x:1', auth: \"off\"}\n\n  # Last.\n  - name: blog\n    hostregexp: ^blog$\n    address: y:1\n    price: 3\n";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly LoopbackServer listener = new(new StrictAperture().AnswerAsync);
    private readonly GatewayFile file;
    private readonly MockControlPlane plane = new(TimeProvider.System, [Selling("/a"), Selling("/b")]);
    private int request;

    public OtherServicesTests()
    {
        file = new GatewayFile(new Uri(listener.Url).Authority);
        File.WriteAllText(file.Path, file.With("services:   # mine\n" + Website + Docs));
    }

    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        file.Dispose();
    }

    [Fact]
    public async Task A_service_that_was_reopened_in_place_counts_as_rolled_out_open()
    {
        using var gateway = file.Open();
        var rollout = CreateRollout("dep_1", Selling("/a").Killed(), Selling("/b").Killed());
        await gateway.ApplyAsync(rollout, None);
        var rule = rollout.Rules[0];
        Assert.NotNull((await gateway.ReadStateAsync(None)).Origins.FindRolledOut(rule.ServiceName)!.ClosedBy);

        await ((IServiceReopening)gateway).ReopenAsync(new GatewayReopening { RequestId = "r", DeploymentId = "dep_reopen", Rules = [rule with { ClosedBy = null }] }, None);

        var after = (await gateway.ReadStateAsync(None)).Origins;
        Assert.Null(after.FindRolledOut(rule.ServiceName)!.ClosedBy);
        Assert.NotNull(after.FindRolledOut(rollout.Rules[1].ServiceName)!.ClosedBy);
    }

    [Fact]
    public async Task A_finding_of_a_plan_has_the_lines_of_the_file_on_disk()
    {
        const string Others = "  - name: wide\n    hostregexp: '^blog$'\n    pathregexp: '^/.*$'\n    address: localhost:8000\n    protocol: http\n    auth: \"on\"\n    price: 0\n    timeout: 60\n  - name: blog\n    hostregexp: ^blog$\n    pathregexp: '^/x$'\n    address: y:1\n    protocol: http\n    price: 3\n";
        File.WriteAllText(file.Path, file.With("services:\n" + Others));
        using var gateway = file.Open();
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        var items = ServiceItems.Find(File.ReadAllText(file.Path))!;
        File.WriteAllText(file.Path, items.With([items.Texts[2], items.Texts[0], items.Texts[1]], "\n"));
        var disk = File.ReadAllLines(file.Path);

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_2", "/0", "/a"));

        Assert.Equal(1, plan.Changes.Count(static change => change.Kind == ServiceChangeKind.Added));
        var lost = Assert.Single(plan.Diagnostics, static one => one.Code == "credential_limit_lost").Message;
        Assert.StartsWith(Line("timeout: 60") + ", services[2].timeout: ", lost, StringComparison.Ordinal);
        var shadowed = Assert.Single(plan.Diagnostics, static one => one.Code == "unreachable_service").Message;
        Assert.StartsWith(Line("- name: blog") + ", services[3]: the service on " + Line("- name: wide").ToLowerInvariant() + " ", shadowed, StringComparison.Ordinal);

        string Line(string text) => FormattableString.Invariant($"Line {Array.FindIndex(disk, line => line.Contains(text, StringComparison.Ordinal)) + 1}");
    }

    [Fact]
    public async Task What_costs_money_in_the_file_is_said_in_plan_and_drift_with_its_line()
    {
        File.WriteAllText(file.Path, file.With("services:\n  - name: wide\n    hostregexp: '.*'\n    pathregexp: '^/.*$'\n    address: localhost:8000\n    protocol: http\n    auth: \"on\"\n    price: 0\n    timeout: 60\n  - name: blog\n    hostregexp: ^blog$\n    pathregexp: '^/x$'\n    address: y:1\n    protocol: http\n    price: 3\n"));
        using var gateway = file.Open();

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_1", "/a"));
        var drift = await new DriftCheck(plane, gateway).RunAsync(new ReconcileOptions { RequestId = "r" }, None);

        var lost = Assert.Single(plan.Diagnostics, static diagnostic => diagnostic.Code == "credential_limit_lost");
        Assert.Matches("^Line [0-9]+, services\\[0\\]\\.timeout: .*write price: 1$", lost.Message);
        Assert.Equal(DiagnosticSeverity.Warn, lost.Severity);
        Assert.Contains(plan.Diagnostics, static diagnostic => diagnostic.Code == "unreachable_service" && diagnostic.Message.Contains("\"blog/x\" costs 1 sat instead of 3", StringComparison.Ordinal));
        Assert.Contains(plan.Diagnostics, static diagnostic => diagnostic is { Code: "strictverify_off", Severity: DiagnosticSeverity.Info });
        Assert.Contains(DriftReport.Create(drift).Warnings, static warning => warning.StartsWith("credential_limit_lost: Line", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_price_server_of_a_service_is_not_taken_away_without_being_asked()
    {
        File.WriteAllText(file.Path, file.With("services:\n  - name: pw_a.r\n    hostregexp: '^a$'\n    address: localhost:8000\n    protocol: http\n    auth: \"on\"\n    dynamicprice:\n      enabled: true\n      grpcaddress: localhost:10010\n      insecure: true\n"));
        using var gateway = file.Open();
        var state = await gateway.ReadStateAsync(None);

        var refused = gateway.Plan(state, OfPaths("dep_1", "/a"));

        Assert.Equal("pw_a.r", Assert.Single(refused.Diagnostics, static diagnostic => diagnostic is { Code: "dynamic_price_lost", Severity: DiagnosticSeverity.Error }).Message.Split(" of ")[1].Split(' ')[0]);
        Assert.Equal(HolderAccess.Refused, Assert.Single(refused.Changes).Holders);
        Assert.False(gateway.Plan(state, OfPaths("dep_1", "/a") with { AllowDynamicPriceLoss = true }).IsRefused);
        Assert.False(gateway.Plan(state, CreateRollout("dep_1", Selling("/a").Killed())).IsRefused);
    }

    [Fact]
    public async Task A_first_roll_out_keeps_them_to_the_byte_and_names_them_with_their_price()
    {
        using var gateway = file.Open();
        var rollout = OfPaths("dep_1", "/a");
        var plan = gateway.Plan(await gateway.ReadStateAsync(None), rollout);
        Assert.False(plan.IsRefused, plan.ToString());
        Assert.Equal(["website (7 sat)", "blog (3 sat)"], plan.LeftAlone!.Select(service => service.ToString()));
        Assert.Equal((ServiceChangeKind.Added, 1), (plan.Changes[0].Kind, plan.Changes.Count));

        await gateway.ApplyAsync(rollout, None);

        Assert.StartsWith(file.Head + "services:   # mine\n" + Website + Docs + "  - name: pw_a.r\n", file.Text, StringComparison.Ordinal);
        var state = await gateway.ReadStateAsync(None);
        Assert.Equal(("dep_1", rollout.ConfigHash), (state.Active!.DeploymentId, state.Active.ConfigHash));
        Assert.True(gateway.Plan(state, rollout) is { IsEmpty: true, LeftAlone.Count: 2 });
    }

    [Fact]
    public async Task They_keep_their_place_among_ours_in_another_indentation_with_other_line_ends()
    {
        File.WriteAllText(file.Path, file.With("services:\n- name: pw_b.r\n  address: x:1\n  hostregexp: old\n- name: site\n  address: x:1\n  hostregexp: ^site$\n- name: pw_a.r\n  address: x:1\n  hostregexp: old\n").Replace("\n", "\r\n", StringComparison.Ordinal));
        using var gateway = file.Open();
        var rollout = OfPaths("dep_1", "/a", "/b", "/c");

        await gateway.ApplyAsync(rollout, None);

        Assert.Contains("\r\n- name: site\r\n  address: x:1\r\n  hostregexp: ^site$\r\n- name: ", file.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", file.Text.Replace("\r\n", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        var names = LiveFile.FromBytes(file.Bytes).Services.Select(service => service.Name).ToArray();
        Assert.Equal(rollout.Rules.Select(rule => rule.ServiceName), names.Where(name => name != "site"));
        Assert.True(Array.IndexOf(names, "site") > Array.IndexOf(names, "pw_b.r"));
    }

    [Fact]
    public async Task One_that_takes_requests_of_ours_is_an_error_that_names_both_and_touches_nothing()
    {
        File.WriteAllText(file.Path, file.With("services:\n  - name: catchall\n    hostregexp: '.*'\n    address: x:1\n"));
        var before = file.Text;
        using var gateway = file.Open();

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_1", "/a"));
        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(OfPaths("dep_1", "/a"), None));

        var refusal = Assert.Single(plan.Diagnostics, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Equal("foreign_service_before", refusal.Code);
        Assert.Contains("catchall", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("pw_a.r", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("foreign_service_before", failure.Reason);
        Assert.Equal(before, file.Text);
        Assert.False(gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_1", "/a") with { Prune = true }).IsRefused);
    }

    [Fact]
    public async Task A_close_that_loads_a_configuration_never_seen_live_names_that_configuration()
    {
        var paywalls = new[] { Selling("/a"), Selling("/b") with { Status = PaywallStatus.Paused } };
        using var silent = new ApertureFileGateway(file.Options() with { Store = "ours" });
        var pending = await RunAsync(silent, paywalls);
        Assert.Equal(LiveConfiguration.Written, pending.Serving);
        using var gateway = file.Open(options => options with { Store = "ours" });

        var refused = await RunAsync(gateway, [.. paywalls, Selling("/a") with { PaywallId = "pw_twice" }]);

        Assert.Equal(LiveConfiguration.Closed, refused.Serving);
        Assert.StartsWith("The gateway serves the configuration that was written before and was not seen live (" + pending.DeploymentId + "), with the denied services closed", refused.Standing.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("    price: 7\n", "    price: 7\n    price: 8\n", "duplicate_key")]
    [InlineData("    price: 7\n", "    price: -1\n", "price_negative")]
    [InlineData("    price: 7\n", "    <<: [{price: 7}, {auth: \"on\"}]\n", "merge_not_mapping")]
    [InlineData("authenticator:\n", "authenticator:\n  network: simnet\n", "duplicate_key")]
    public async Task Nothing_but_a_close_is_written_to_a_file_that_Aperture_does_not_start_with(string text, string broken, string code)
    {
        await RefuseAsync(text, broken, code);
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        Assert.True((await RunAsync()).Ok);
        Assert.Equal(["pw_a.r", "pw_b.r"], ClosedNames());
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None);
        Assert.False(await CanReopenAsync());
    }

    [Fact]
    public async Task A_byte_order_mark_that_hides_the_listener_refuses_a_roll_out_and_not_a_close_but_whether_the_gateway_is_up_is_not_known()
    {
        await RefuseAsync("# The operator's own words.\n", "\uFEFF", "byte_order_mark");
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        var closed = await RunAsync();

        Assert.Equal(["pw_a.r", "pw_b.r"], ClosedNames());
        Assert.Equal((false, ReconcileFailureCodes.HealthCheckFailed), (closed.Ok, closed.FailureCode));
        Assert.StartsWith("listenaddr_not_set", closed.FailureReason, StringComparison.Ordinal);
        Assert.Contains("Aperture reads no listenaddr from the file", ReconcileRemedies.For(closed.FailureCode!, closed.FailureReason), StringComparison.Ordinal);
        Assert.Contains(closed.Plan!.Diagnostics, static found => found.Code == "byte_order_mark");
        Assert.Contains(closed.Warnings, static warning => warning.Message.Contains("it is not known whether it is up", StringComparison.Ordinal));
        Assert.DoesNotContain(closed.Warnings, static warning => warning.Message.Contains("IT IS NOT UP", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prune_removes_them()
    {
        using var gateway = file.Open();
        var rollout = OfPaths("dep_1", "/a") with { Prune = true };
        var plan = gateway.Plan(await gateway.ReadStateAsync(None), rollout);
        Assert.Null(plan.LeftAlone);
        Assert.Equal(3, plan.Changes.Count(change => change.Kind == ServiceChangeKind.Removed));

        await gateway.ApplyAsync(rollout, None);

        Assert.Equal(["pw_a.r"], LiveFile.FromBytes(file.Bytes).Services.Select(service => service.Name));
    }

    [Fact]
    public async Task What_this_store_made_and_no_longer_wants_goes_and_what_another_store_made_stays()
    {
        using var ours = file.Open(options => options with { Store = "ours" });
        using var theirs = file.Open(options => options with { Store = "theirs" });
        await ours.ApplyAsync(OfPaths("dep_1", "/a", "/b"), None);
        await theirs.ApplyAsync(OfPaths("dep_2", "/c"), None);

        await ours.ApplyAsync(OfPaths("dep_3", "/a"), None);

        Assert.Equal(["blog", "docs", "pw_a.r", "pw_c.r", "website"], LiveFile.FromBytes(file.Bytes).Services.Select(service => service.Name).Order());
    }

    [Fact]
    public async Task Services_in_a_notation_that_cannot_be_kept_refuse_the_roll_out()
    {
        File.WriteAllText(file.Path, file.With("services: [{name: site, hostregexp: ^site$, address: 'x:1'}]\n"));
        using var gateway = file.Open();

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_1", "/a"));

        Assert.Contains(plan.Diagnostics, diagnostic => diagnostic is { Code: "file_not_spliceable", Severity: DiagnosticSeverity.Error });
    }

    [Fact]
    public async Task A_pause_closes_what_this_store_made_and_lists_the_others()
    {
        Assert.True((await RunAsync()).Ok);
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        var result = await RunAsync();

        Assert.True(result.Ok, result.FailureReason);
        Assert.Equal(["website (7 sat)", "blog (3 sat)"], result.LeftAlone.Select(service => service.ToString()));
        Assert.Equal(
            "Not closed, because no record says that this store made them. " + (result.Before!.Evidence == LiveEvidence.NotKnown ? "The written configuration has them open, and it is not known whether the gateway sells them: " : "They asked for payment when the gateway was read: ") + "website (7 sat), blog (3 sat)",
            Assert.Single(result.Warnings, warning => warning.Code == "others_still_sell").Message);
        var switches = new SyncedSwitches { Active = true, Global = (await plane.GetSecurityStateAsync(None)).Global, Gateways = [new RolloutStep(result.Gateway) { Result = result }] };
        Assert.Equal((SwitchStatus.OthersStillSell, 1), (switches.Status, switches.ExitCode));
        Assert.Contains(Website, file.Text, StringComparison.Ordinal);
        Assert.Equal(["pw_a.r", "pw_b.r"], ClosedNames());
    }

    [Fact]
    public async Task A_store_without_paywalls_is_in_sync_only_with_the_line_that_names_the_others()
    {
        Assert.True((await RunAsync()).Ok);
        using var gateway = file.Open(options => options with { Store = "fresh" });
        var fresh = new MockControlPlane(TimeProvider.System, [Selling("/z")]);

        var drift = await new DriftCheck(fresh, gateway).RunAsync(new ReconcileOptions { RequestId = "drift" }, None);

        Assert.Equal(["website (7 sat)", "blog (3 sat)"], drift.LeftAlone.Select(service => service.ToString()).Where(name => !name.StartsWith("pw_", StringComparison.Ordinal)));
        Assert.Contains("left unchanged, because no record says that this store made them: website (7 sat)", drift.Plan!.Summary, StringComparison.Ordinal);
        Assert.Contains(DriftReport.Create(drift).Warnings, static warning => warning.StartsWith("A roll-out does not change website (7 sat)", StringComparison.Ordinal) && warning.EndsWith("no record says that this store made them. Who made them is not known.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task All_closes_the_others_too_and_lifting_puts_their_text_back_to_the_byte(string lineEnd)
    {
        File.WriteAllText(file.Path, file.Text.Replace("\n", lineEnd, StringComparison.Ordinal));
        Assert.True((await RunAsync()).Ok);
        var selling = file.Text;
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        var paused = await RunAsync(all: true);

        Assert.True(paused.Ok, paused.FailureReason);
        Assert.Empty(paused.LeftAlone);
        Assert.Equal(["blog", "docs", "pw_a.r", "pw_b.r", "website"], ClosedNames());
        Assert.True(await RunAsync() is { Ok: true, Changed: false });
        Assert.Equal(5, ClosedNames().Length);

        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None);
        Assert.True((await RunAsync()).Ok);
        Assert.Equal(selling, file.Text);
    }

    [Theory]
    [InlineData("\n", false)]
    [InlineData("\r\n", false)]
    [InlineData("\n", true)]
    public async Task All_keeps_services_in_brackets_too_and_lifting_puts_them_back_to_the_byte(string lineEnd, bool isEdited)
    {
        File.WriteAllText(file.Path, file.With("services: [ {name: site, hostregexp: ^site$, address: 'x:1', price: 5, headers: {a: b}}, # tail\n    {name: two, hostregexp: ^two$, address: 'x:2'} ]\n# after\n").Replace("\n", lineEnd, StringComparison.Ordinal));
        var selling = file.Text;
        var before = LiveFile.FromBytes(file.Bytes).Services;
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        await RunAsync(all: true);
        Assert.Equal(["site", "two"], ClosedNames());
        Assert.Contains("#: services: [ {name: site", file.Text, StringComparison.Ordinal);
        if (isEdited)
        {
            File.WriteAllText(file.Path, Regex.Replace(file.Text, "(?m)^( *#[|] .*price: )5", "${1}6"));
        }

        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None);
        using var gateway = file.Open(options => options with { Store = "ours" });
        await new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox()).RunAsync(new ReconcileOptions { RequestId = "lift", Switch = new SwitchScope { Stops = false } }, None);

        if (!isEdited)
        {
            Assert.Equal(selling, file.Text);
        }

        Assert.DoesNotContain("#: ", file.Text, StringComparison.Ordinal);
        var after = LiveFile.FromBytes(file.Bytes).Services;
        Assert.Equal(before.Select(one => (one.Name, one.Address, isEdited && one.Name == "site" ? 6 : one.EffectivePrice, one.IsClosed)), after.Where(static one => one.Name is "site" or "two").Select(static one => (one.Name, one.Address, one.EffectivePrice, one.IsClosed)));
        Assert.Equal(before[0].Extras, after.Single(static one => one.Name == "site").Extras);
    }

    [Fact]
    public async Task All_closes_them_also_where_nothing_can_be_rolled_out()
    {
        Assert.True((await RunAsync()).Ok);
        var selling = file.Text;
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        var leases = new MemoryLeases();
        await leases.TryTakeAsync(new LeaseHolder { Gateway = "file:" + file.Path, RequestId = "other", Token = "t", Host = "elsewhere", ProcessId = 1, SinceMs = 0, ExpiresAtMs = DateTimeOffset.UtcNow.AddSeconds(30).ToUnixTimeMilliseconds() }, None);

        var paused = await RunAsync(all: true, leases);

        Assert.Equal(ReconcileFailureCodes.LeaseUnavailable, paused.FailureCode);
        Assert.Equal(5, ClosedNames().Length);
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None);
        Assert.True((await RunAsync()).Ok);
        Assert.Equal(selling, file.Text);
    }

    [Fact]
    public async Task A_record_that_does_not_count_after_an_edit_survives_a_roll_back()
    {
        Assert.True((await RunAsync()).Ok);
        File.WriteAllText(file.Path, file.Text.Replace("price: 7", "price: 8", StringComparison.Ordinal));
        using var gateway = file.Open();
        var before = await gateway.ReadStateAsync(None);
        await gateway.ApplyAsync(OfPaths("dep_9", "/q"), None);

        await gateway.RollBackAsync("req", "dep_9", before, None);

        Assert.Equal(["website (8 sat)", "blog (3 sat)"], (await gateway.ReadStateAsync(None)).FindLeftAlone([]).Select(service => service.ToString()));
    }

    private async Task RefuseAsync(string text, string broken, string code)
    {
        Assert.True((await RunAsync()).Ok);
        var faulty = file.Text.Replace(text, broken, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file.Path, faulty);
        var written = file.Bytes;
        var reloads = 0;
        using var gateway = file.Open(options => options with { Store = "ours", Reload = new ModelReload(() => Task.FromResult(reloads++)) });

        var result = await RunAsync(gateway, [Selling("/a"), Selling("/b"), Selling("/new")]);

        Assert.Equal((ReconcileFailureCodes.DeployApplyFailed, "refused:" + code), (result.FailureCode, result.FailureReason));
        Assert.All(result.Plan!.Diagnostics.Where(static found => found.Severity == DiagnosticSeverity.Error), found => Assert.Matches("^Aperture does not start with the file, .* Line [0-9]+", found.Message));
        Assert.Equal(written, file.Bytes);
        Assert.Equal(0, reloads);
    }

    private Task<ReconcileResult> RunAsync(ApertureFileGateway gateway, Paywall[] paywalls) =>
        new Reconciler(new MockControlPlane(TimeProvider.System, paywalls), gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox())
            .RunAsync(new ReconcileOptions { RequestId = "run:" + ++request }, None);

    private async Task<bool> CanReopenAsync()
    {
        using var gateway = file.Open(options => options with { Store = "ours" });
        return ((IServiceReopening)gateway).FindRefusal(await gateway.ReadStateAsync(None)) is null;
    }

    private string[] ClosedNames() => LiveFile.FromBytes(file.Bytes).Services.Where(service => service.IsClosed).Select(service => service.Name).Order().ToArray();

    private async Task<ReconcileResult> RunAsync(bool all = false, ILeaseStore? leases = null)
    {
        using var gateway = file.Open(options => options with { Store = "ours" });
        return await new Reconciler(plane, gateway, TimeProvider.System, leases ?? new MemoryLeases(), new MemoryOutbox())
            .RunAsync(new ReconcileOptions { RequestId = "run:" + ++request, CloseOthers = all, ClosesWithoutLease = leases is not null }, None);
    }
}
