using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Authoring;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Authoring;

public sealed class PaywallAuthorTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly PaywallMembers Four = new() { HostPattern = "api.example.com", PathPattern = "/weather/*", UpstreamUrl = "https://weather.example.com", PriceMsats = 5000 };
    private readonly TemporaryFolder folder = new();
    private readonly LocalControlPlane plane;
    private readonly PaywallAuthor author;

    public PaywallAuthorTests()
    {
        plane = Open();
        author = new PaywallAuthor(plane);
    }

    public void Dispose()
    {
        plane.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Four_arguments_make_a_paywall_that_compiles()
    {
        var made = await author.AddAsync(null, "owner_local", Four, isTrial: false, None);
        var stored = Assert.Single(await plane.ListPaywallsAsync(None));

        Assert.Equal(("api.example.com/weather/*", "owner_local", PaywallStatus.Active), (stored.Name, stored.OwnerId, stored.Status));
        Assert.StartsWith("pw_", stored.PaywallId, StringComparison.Ordinal);
        Assert.StartsWith("rt_", stored.Routes[0].RouteId, StringComparison.Ordinal);
        Assert.Equal((stored.PaywallId, stored.PaywallId), (stored.Policy.PaywallId, stored.Routes[0].PaywallId));
        Assert.True(stored.CreatedAtMs > 0 && stored.CreatedAtMs == stored.UpdatedAtMs && stored.Routes[0].CreatedAtMs == stored.CreatedAtMs);
        Assert.Equal(5, PaywallCompiler.Compile([stored], new CompileOptions()).Rules.Single().PriceSats);
        Assert.Empty(made.Warnings);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_listed_at_once_and_nothing_is_stored()
    {
        var wrong = new PaywallMembers { HostPattern = "https://api.example.com", PathPattern = "/users/{id}", UpstreamUrl = "ftp://x", PriceMsats = -1, QuotaPerDay = -5, Name = " " };

        var refusal = await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.AddAsync(null, "o", wrong, isTrial: false, None));

        Assert.Equal("PaywallInvalid", refusal.Tag);
        Assert.Equal(["HostPattern", "Name", "PathPattern", "PriceMsats", "QuotaPerDay", "UpstreamUrl"], refusal.Problems.Select(static problem => problem.Member).Order());
        Assert.All(refusal.Problems, problem => Assert.Contains(problem.Member, refusal.Message, StringComparison.Ordinal));
        Assert.Contains("unlikely_pattern", refusal.Problems.Select(static problem => problem.Code));
        Assert.Empty(await plane.ListPaywallsAsync(None));
    }

    [Fact]
    public async Task A_missing_host_is_the_only_problem_that_is_named()
    {
        var members = new PaywallMembers { HostPattern = string.Empty, PathPattern = "/docs", UpstreamUrl = "https://up.example.com", PriceMsats = 5_000, Name = "n" };

        var problem = Assert.Single((await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.AddAsync(null, "o", members, isTrial: false, None))).Problems);

        Assert.Equal(("HostPattern", "is missing"), (problem.Member, problem.Message));
    }

    [Fact]
    public async Task A_paywall_without_members_names_each_that_is_missing() =>
        Assert.Equal(
            ["HostPattern", "PathPattern", "PriceMsats", "UpstreamUrl"],
            (await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.AddAsync("pw_a", "o", new PaywallMembers { Name = "n" }, isTrial: false, None))).Problems.Select(static problem => problem.Member).Order());

    [Fact]
    public async Task A_paywall_that_takes_the_place_of_another_is_refused()
    {
        await author.AddAsync("pw_a", "o", Four, isTrial: false, None);

        var refusal = await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.AddAsync("pw_b", "o", Four with { PriceMsats = 9000 }, isTrial: false, None));

        Assert.Contains(refusal.Problems, static problem => problem.Code is "duplicate_route" or "ambiguous_route");
        Assert.Equal("pw_a", Assert.Single(await plane.ListPaywallsAsync(None)).PaywallId);
    }

    /// <summary>The compile reports the route that comes later, which is the stored one here.</summary>
    [Theory]
    [InlineData("a_route")]
    [InlineData("z_route")]
    public async Task A_duplicate_names_the_stored_route_and_its_paywall(string routeId)
    {
        await author.AddAsync("w", "o", Four with { RouteId = "stored" }, isTrial: false, None);

        var refusal = await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.AddAsync("v2", "o", Four with { RouteId = routeId }, isTrial: false, None));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal(("PathPattern", "duplicate_route"), (problem.Member, problem.Code));
        Assert.StartsWith("Matches exactly the requests of route stored", problem.Message, StringComparison.Ordinal);
        Assert.Contains("of paywall w", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(routeId, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_route_that_would_leave_stored_ones_without_a_request_names_them_and_the_priority()
    {
        await author.AddAsync("w", "o", Four with { RouteId = "stored" }, isTrial: false, None);
        await author.AddAsync("u", "o", Four with { PathPattern = "/news/*", RouteId = "other" }, isTrial: false, None);

        var refusal = await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.AddAsync("v2", "o", Four with { PathPattern = "/**", RouteId = "high", Priority = 1 }, isTrial: false, None));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal(("Priority", "first_match_shadowed"), (problem.Member, problem.Code));
        Assert.Contains("route stored of paywall w", problem.Message, StringComparison.Ordinal);
        Assert.Contains("route other of paywall u", problem.Message, StringComparison.Ordinal);
        Assert.Contains("this route comes first and matches all of them. Use a Priority with a higher number", problem.Message, StringComparison.Ordinal);
        Assert.Equal("Correct these members: Priority.", refusal.Remedy);
    }

    [Fact]
    public async Task A_route_without_a_request_names_the_paywall_that_takes_them()
    {
        await author.AddAsync("w", "o", Four with { PathPattern = "/**", RouteId = "high", Priority = 1 }, isTrial: false, None);

        var refusal = await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.AddAsync("v2", "o", Four, isTrial: false, None));

        Assert.Equal("Is never reached: every request matches earlier route high of paywall w", Assert.Single(refusal.Problems).Message);
    }

    [Theory]
    [InlineData("https://user:secretpw@weather.example.com")]
    [InlineData("https://secretpw@weather.example.com/base")]
    [InlineData(" HTTP://user:secretpw@weather.example.com:81")]
    [InlineData("https://user:secretpw@weather example.com")]
    [InlineData("ftp://user:secretpw@weather.example.com")]
    public async Task A_user_name_or_password_in_the_upstream_is_not_stored_and_not_repeated(string upstream)
    {
        var added = await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.AddAsync("pw_a", "o", Four with { UpstreamUrl = upstream }, isTrial: false, None));
        Assert.Empty(await plane.ListPaywallsAsync(None));
        await author.AddAsync("pw_a", "o", Four, isTrial: false, None);
        var changed = await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.ChangeAsync("pw_a", new PaywallMembers { UpstreamUrl = upstream }, null, isTrial: false, None));

        Assert.All([added, changed], refusal =>
        {
            var problem = Assert.Single(refusal.Problems);
            Assert.Equal("UpstreamUrl", problem.Member);
            Assert.Contains("${NAME} or !file+hex:PATH", problem.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secretpw", refusal.ToString(), StringComparison.Ordinal);
        });
        Assert.Equal(Four.UpstreamUrl, Assert.Single(await plane.ListPaywallsAsync(None)).Routes[0].UpstreamUrl);
    }

    [Fact]
    public async Task A_query_of_the_upstream_is_stored_and_the_warning_says_that_it_is_not_sent()
    {
        var made = await author.AddAsync("pw_a", "o", Four with { UpstreamUrl = "https://weather.example.com/?key=secretpw" }, isTrial: false, None);

        var warning = Assert.Single(made.Warnings, static warning => warning.Code == "upstream_query_ignored");
        Assert.Contains("is stored with the paywall and not sent", warning.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secretpw", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_paywall_that_is_stored_already_keeps_no_other_from_being_stored()
    {
        await plane.ImportPaywallsAsync([Paywall("bad", Route("r", "a.example", "/users/{id}")), Paywall("worse", Route("r", "b.example", "/x", upstream: "nowhere"))], PaywallImportMode.Replace, None);

        await author.AddAsync("pw_a", "o", Four, isTrial: false, None);
        var refusal = await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.AddAsync("pw_b", "o", Four with { PathPattern = "/search?q=*" }, isTrial: false, None));

        Assert.Equal("PathPattern", Assert.Single(refusal.Problems).Member);
        Assert.Equal(["bad", "worse", "pw_a"], (await plane.ListPaywallsAsync(None)).Select(static paywall => paywall.PaywallId));
    }

    [Fact]
    public async Task An_id_that_exists_is_a_conflict_that_names_it() =>
        Assert.Equal("PaywallConflict", (await Twice()).Tag);

    [Fact]
    public async Task A_change_keeps_all_other_members_and_moves_the_update_time()
    {
        await author.AddAsync("pw_a", "o", Four with { Description = "d", QuotaPerDay = 7, RouteId = "r", Metadata = JsonText.From("{\"a\":1}") }, isTrial: false, None);
        var before = Assert.Single(await plane.ListPaywallsAsync(None));

        await author.ChangeAsync("pw_a", new PaywallMembers { PriceMsats = 7000 }, null, isTrial: false, None);
        var after = Assert.Single(await plane.ListPaywallsAsync(None));

        Assert.Equal(7000, after.Policy.FixedAmountMsats);
        Assert.True(after.UpdatedAtMs > before.UpdatedAtMs && after.Policy.UpdatedAtMs > before.Policy.UpdatedAtMs);
        Assert.Equal(before.Routes, after.Routes);
        Assert.Equal(before, after with { Policy = before.Policy, Routes = before.Routes, UpdatedAtMs = before.UpdatedAtMs });
    }

    [Fact]
    public async Task A_change_that_changes_nothing_leaves_the_update_time()
    {
        var before = (await author.AddAsync("pw_a", "o", Four with { AllowedHosts = ["api.example.com"] }, isTrial: false, None)).Paywall;

        var same = await author.ChangeAsync("pw_a", new PaywallMembers { PriceMsats = 5000, AllowedHosts = ["api.example.com"] }, null, isTrial: false, None);

        Assert.False(same.IsChanged);
        Assert.Equal(before.UpdatedAtMs, Assert.Single(await plane.ListPaywallsAsync(None)).UpdatedAtMs);
    }

    [Fact]
    public async Task An_optional_member_is_removed_where_it_is_cleared()
    {
        await author.AddAsync("pw_a", "o", Four with { QuotaPerDay = 7, Description = "d" }, isTrial: false, None);

        var after = (await author.ChangeAsync("pw_a", new PaywallMembers { Cleared = ["QuotaPerDay", "Description"] }, null, isTrial: false, None)).Paywall;

        Assert.Null(after.Policy.QuotaPerDay);
        Assert.Null(after.Description);
    }

    [Fact]
    public async Task A_paywall_that_was_changed_since_it_was_read_is_a_conflict()
    {
        var read = (await author.AddAsync("pw_a", "o", Four, isTrial: false, None)).Paywall.UpdatedAtMs;
        await author.ChangeAsync("pw_a", new PaywallMembers { PriceMsats = 7000 }, read, isTrial: false, None);

        var refusal = await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.ChangeAsync("pw_a", new PaywallMembers { PriceMsats = 9000 }, read, isTrial: false, None));

        Assert.Equal("PaywallConflict", refusal.Tag);
        Assert.Contains("UpdatedAtMs", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(7000, Assert.Single(await plane.ListPaywallsAsync(None)).Policy.FixedAmountMsats);
    }

    [Fact]
    public async Task Routes_are_added_changed_and_removed_by_id()
    {
        await author.AddAsync("pw_a", "o", Four with { RouteId = "r1" }, isTrial: false, None);
        await author.ChangeAsync("pw_a", new PaywallMembers { AddsRoute = true, RouteId = "r2", HostPattern = "b.example.com", PathPattern = "/b", UpstreamUrl = "http://b.example" }, null, isTrial: false, None);

        var unnamed = await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.ChangeAsync("pw_a", new PaywallMembers { PathPattern = "/c" }, null, isTrial: false, None));
        var changed = (await author.ChangeAsync("pw_a", new PaywallMembers { RouteId = "r2", PathPattern = "/c" }, null, isTrial: false, None)).Paywall;
        var rest = (await author.ChangeAsync("pw_a", new PaywallMembers { RemovedRoutes = ["r1"] }, null, isTrial: false, None)).Paywall;
        var last = await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.ChangeAsync("pw_a", new PaywallMembers { RemovedRoutes = ["r2"] }, null, isTrial: false, None));

        Assert.Equal("RouteId", Assert.Single(unnamed.Problems).Member);
        Assert.Equal(("/weather/*", "/c", RouteProtocol.Http), (changed.Routes[0].PathPattern, changed.Routes[1].PathPattern, changed.Routes[1].Protocol));
        Assert.Equal("r2", Assert.Single(rest.Routes).RouteId);
        Assert.Equal("RemoveRoute", Assert.Single(last.Problems).Member);
    }

    [Fact]
    public async Task A_trial_stores_nothing_and_makes_no_store()
    {
        await author.AddAsync("pw_a", "o", Four, isTrial: true, None);

        Assert.False(System.IO.File.Exists(folder.File("s.db")));
        Assert.Empty(await plane.ListPaywallsAsync(None));
    }

    [Fact]
    public async Task Writers_at_the_same_time_lose_nothing()
    {
        await author.AddAsync("pw_a", "o", Four with { RouteId = "r0" }, isTrial: false, None);
        await Task.WhenAll(Enumerable.Range(1, 12).Select(async n =>
        {
            using var own = Open();
            await new PaywallAuthor(own).ChangeAsync("pw_a", new PaywallMembers { AddsRoute = true, RouteId = "r" + n, HostPattern = n + ".example.com", PathPattern = "/", UpstreamUrl = "https://u.example" }, null, isTrial: false, None);
            await new PaywallAuthor(own).AddAsync("pw_" + n, "o", Four with { HostPattern = "h" + n + ".example.com" }, isTrial: false, None);
        }));

        var stored = await plane.ListPaywallsAsync(None);
        Assert.Equal(13, stored.Count);
        Assert.Equal(Enumerable.Range(0, 13).Select(static n => "r" + n).Order(), stored[0].Routes.Select(static route => route.RouteId).Order());
    }

    [Fact]
    public async Task A_paywall_is_suspended_while_another_cannot_be_read()
    {
        await author.AddAsync("pw_a", "o", Four, isTrial: false, None);
        using (var raw = new SqliteConnection("Data Source=" + folder.File("s.db") + ";Pooling=False"))
        {
            raw.Open();
            using var broken = raw.CreateCommand();
            broken.CommandText = "INSERT INTO paywalls (paywall_id, position, status, document) VALUES ('pw_bad', 9, 'active', CAST('{' AS BLOB))";
            broken.ExecuteNonQuery();
        }

        var suspended = await author.SuspendAsync("pw_a", "req", None);

        Assert.Equal((PaywallStatus.Paused, "req"), (suspended.Status, suspended.RequestId));
        Assert.True(suspended.UpdatedAtMs > suspended.CreatedAtMs);
        Assert.Equal(PaywallStatus.Active, (await author.ResumeAsync("pw_a", null, None)).Status);
    }

    [Fact]
    public async Task An_archived_paywall_is_not_resumed_and_stays_archived_when_it_is_suspended()
    {
        await author.AddAsync("pw_a", "o", Four with { Status = PaywallStatus.Archived }, isTrial: false, None);

        Assert.Equal(PaywallStatus.Archived, (await author.SuspendAsync("pw_a", null, None)).Status);
        Assert.Equal("PaywallConflict", (await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.ResumeAsync("pw_a", null, None))).Tag);
    }

    [Fact]
    public async Task A_removed_paywall_is_gone_and_the_others_keep_their_order()
    {
        await plane.ImportPaywallsAsync([.. new[] { "a", "b", "c" }.Select(static id => Paywall(id, Route("r", id + ".example", "/")))], PaywallImportMode.Replace, None);

        await author.RemoveAsync("b", None);
        await author.AddAsync("d", "o", Four, isTrial: false, None);

        Assert.Equal(["a", "c", "d"], (await plane.ListPaywallsAsync(None)).Select(static paywall => paywall.PaywallId));
        Assert.Equal("PaywallNotFound", (await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.RemoveAsync("b", None))).Tag);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_paywall_goes_with_a_warning_that_gateways_serve_it_until_the_next_roll_out(bool isRemoved)
    {
        var archived = new PaywallMembers { Status = PaywallStatus.Archived };
        await author.AddAsync("pw_a", "o", Four, isTrial: false, None);
        await author.AddAsync("pw_b", "o", Four with { HostPattern = "other.example" }, isTrial: false, None);

        Assert.DoesNotContain((await EndAsync("pw_a")).Warnings, static warning => warning.Code == "no_paywall_left");
        var last = Assert.Single((await EndAsync("pw_b")).Warnings, static warning => warning.Code == "no_paywall_left");

        Assert.Contains("until the next Sync-ApertureConfig", last.Message, StringComparison.Ordinal);
        Assert.Contains("Set-L402GlobalPause -Active -Sync", ReconcileRemedies.For(ReconcileFailureCodes.CompileValidationFailed, "no_compilable_routes: No valid routes available to compile"), StringComparison.Ordinal);

        Task<AuthoredPaywall> EndAsync(string id) => isRemoved ? author.RemoveAsync(id, None) : author.ChangeAsync(id, archived, null, isTrial: false, None);
    }

    [Fact]
    public void A_control_plane_without_a_store_of_its_own_says_where_paywalls_are_changed() =>
        Assert.Equal("PaywallsManagedElsewhere", Assert.Throws<PaywallAuthoringException>(() => new PaywallAuthor(new MockControlPlane(TimeProvider.System, []))).Tag);

    private async Task<PaywallAuthoringException> Twice()
    {
        await author.AddAsync("pw_a", "o", Four, isTrial: false, None);
        return await Assert.ThrowsAsync<PaywallAuthoringException>(() => author.AddAsync("pw_a", "o", Four with { HostPattern = "other.example" }, isTrial: false, None));
    }

    private LocalControlPlane Open() => new(new LocalStoreOptions { Path = folder.File("s.db") });
}
