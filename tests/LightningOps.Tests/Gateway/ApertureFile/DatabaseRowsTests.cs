using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Authoring;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.ApertureFile;
using LightningOps.L402.Challenges;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Storage;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.ApertureFile;

/// <summary>A file with the admin API on: rows of Aperture's database stand before its services, and are part of plan, roll-out, pause and drift.</summary>
public sealed class DatabaseRowsTests : IAsyncLifetime
{
    private const string ServiceName = "pw_a.r";

    /// <summary>Aperture does not start with dbbackend postgres without this section.</summary>
    private const string Postgres = "postgres:\n  host: \"127.0.0.1\"\n  port: 5432\n  user: aperture\n  password: unused\n  dbname: aperture\n";

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Func<ApertureModel, Task> Restart = static model => model.RestartAsync();
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });
    private readonly ApertureModel model;
    private MockControlPlane plane = new(TimeProvider.System, [Selling("/a", 5000)]);
    private int request;

    public DatabaseRowsTests() => model = new ApertureModel(FilePath, new ApertureModelOptions { StartTime = TimeSpan.FromMilliseconds(100), UnavailableCalls = 1 });

    private string FilePath => folder.File("aperture.yaml");

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(FilePath, model.AdminSettings + "services: []\n");
        await model.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await model.DisposeAsync();
        http.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task It_reaches_applied_when_the_list_confirms_it()
    {
        var result = await ReconcileAsync(Restart);

        Assert.True(result.Ok, result.ToString());
        Assert.Equal((LiveConfiguration.Wanted, LiveEvidence.List, result.ConfigHash), (result.Serving, result.Standing.Evidence, result.Standing.Live));
        Assert.Equal(DriftStatus.InSync, (await DriftAsync()).Status);
        Assert.True(await ReconcileAsync(Restart) is { Ok: true, Changed: false });
    }

    [Fact]
    public async Task A_row_that_asks_another_price_is_drift_and_is_changed_through_the_API()
    {
        await ReconcileAsync(Restart);
        await PutAsync(ServiceName, "{\"price\": 99}");

        var drift = await DriftAsync();
        Assert.Equal((DriftStatus.InDrift, LiveEvidence.List), (drift.Status, drift.Evidence));
        Assert.Contains(drift.Plan!.Diagnostics, static found => found.Code == "rows_changed" && found.Message.Contains(ServiceName + " (99 sat)", StringComparison.Ordinal));

        var result = await ReconcileAsync(Restart);
        Assert.True(result.Ok, result.ToString());
        Assert.Equal((402, 5), await PriceAsync());
        await model.RestartAsync();
        Assert.Equal((402, 5), await PriceAsync());
        Assert.Equal(DriftStatus.InSync, (await DriftAsync()).Status);
    }

    [Fact]
    public async Task A_row_does_not_sell_through_a_pause_with_or_without_a_reload()
    {
        await ReconcileAsync(Restart);
        await PutAsync(ServiceName, "{\"price\": 99}");
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        var closed = await ReconcileAsync(null);

        Assert.True(closed.DenialHolds || !closed.Ok, closed.ToString());
        Assert.Equal((502, 0), await PriceAsync());
        await model.RestartAsync();
        Assert.Equal((502, 0), await PriceAsync());

        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None);
        Assert.True((await ReconcileAsync(Restart)).Ok);
        Assert.Equal((402, 5), await PriceAsync());
    }

    [Fact]
    public async Task Without_the_API_a_roll_out_is_refused_and_a_pause_says_NOT_CLOSED_with_the_names()
    {
        await ReconcileAsync(Restart);
        await PutAsync(ServiceName, "{\"price\": 99}");
        File.Delete(model.MacaroonPath);
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 7000)]);

        var refused = await ReconcileAsync(Restart);
        Assert.Equal((false, ReconcileFailureCodes.DeployApplyFailed), (refused.Ok, refused.FailureCode));
        Assert.Contains(refused.Plan!.Diagnostics, static found => found.Code == "rows_before_file" && found.Message.Contains(ServiceName + " (99 sat)", StringComparison.Ordinal));
        Assert.Equal((402, 99), await PriceAsync());

        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        var paused = await ReconcileAsync(NotRestoringMacaroon);
        Assert.False(paused.Ok || paused.DenialHolds, paused.ToString());
        Assert.Contains("NOT CLOSED: " + ServiceName, paused.FailureReason, StringComparison.Ordinal);
        Assert.Equal((402, 99), await PriceAsync());
    }

    [Fact]
    public async Task Rows_that_agree_with_the_file_are_enough_where_the_API_cannot_be_used()
    {
        await ReconcileAsync(Restart);
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 7000)]);

        var result = await ReconcileAsync(NotRestoringMacaroon);

        Assert.True(result.Ok, result.ToString());
        Assert.Equal(LiveEvidence.Restart, result.Standing.Evidence);
    }

    [Fact]
    public async Task Another_database_without_the_API_is_not_known()
    {
        await File.WriteAllTextAsync(FilePath, model.AdminSettings.Replace("dbbackend: sqlite", "dbbackend: postgres", StringComparison.Ordinal) + Postgres + "services: []\n");
        await NotRestoringMacaroon(model);
        Assert.True(model.IsRunning, model.StartError);

        var result = await ReconcileAsync(NotRestoringMacaroon);

        Assert.Equal((LiveConfiguration.Written, LiveEvidence.NotKnown), (result.Serving, result.Standing.Evidence));
        Assert.Contains(result.Plan!.Diagnostics, static found => found.Code == "rows_not_known");
        Assert.Equal(2, (await DriftAsync()).ExitCode);
    }

    [Fact]
    public async Task With_another_database_the_list_shows_the_rows_and_they_are_changed_after_a_restart()
    {
        await File.WriteAllTextAsync(FilePath, model.AdminSettings.Replace("dbbackend: sqlite", "dbbackend: postgres", StringComparison.Ordinal) + Postgres + "services: []\n");
        await model.RestartAsync();
        Assert.True(model.IsRunning, model.StartError);
        Assert.True((await ReconcileAsync(Restart)).Ok);
        await PutAsync(ServiceName, "{\"price\": 99}");
        Assert.Equal(1, (await DriftAsync()).ExitCode);

        Assert.True((await ReconcileAsync(Restart)).Ok);
        await model.RestartAsync();
        Assert.Equal((402, 5), await PriceAsync());
    }

    [Fact]
    public async Task A_service_that_is_no_longer_desired_goes_with_its_row()
    {
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 5000), Selling("/b", 5000)]);
        await ReconcileAsync(Restart);
        await PutAsync("pw_b.r", "{\"price\": 99}");
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 5000)]);

        var result = await ReconcileAsync(Restart);

        Assert.True(result.Ok, result.ToString());
        await model.RestartAsync();
        Assert.Equal([ServiceName], model.Live.Select(static service => service.Name));
    }

    [Fact]
    public async Task A_row_of_somebody_else_that_may_have_its_requests_refuses_a_roll_out()
    {
        await SendAsync(HttpMethod.Post, "/api/admin/services", "{\"name\": \"other\", \"address\": \"127.0.0.1:1\", \"path_regexp\": \"^/a(/b)?$\", \"price\": 3}");

        var refused = await ReconcileAsync(Restart);

        Assert.False(refused.Ok);
        Assert.Contains(refused.Plan!.Diagnostics, static found => found.Code == "row_before" && found.Message.Contains("other (3 sat)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_row_that_loses_rate_limits_refuses_a_roll_out_unless_that_is_allowed()
    {
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 5000).WithPolicy(static policy => policy with { QuotaPerMinute = 3 })]);
        Assert.True((await ReconcileAsync(Restart)).Ok);
        await PutAsync(ServiceName, "{\"price\": 99}");

        var refused = await ReconcileAsync(Restart);
        Assert.Contains(refused.Plan!.Diagnostics, static found => found.Code == "rows_lose_features" && found.Severity == DiagnosticSeverity.Error);

        // Its rate limits are missing from the live service, which is therefore not as desired.
        var allowed = await ReconcileAsync(Restart, static options => options with { AllowMissingFeatures = true });
        Assert.Equal((null, LiveConfiguration.Written), (allowed.FailureCode, allowed.Serving));
        Assert.Equal((402, 5), await PriceAsync());
    }

    [Fact]
    public async Task A_service_whose_row_differs_from_its_text_in_the_file_is_adopted_once_the_row_is_gone()
    {
        await File.WriteAllTextAsync(FilePath, model.AdminSettings + "services:\n  - name: legacy # by hand\n    hostregexp: '^old$'\n    pathregexp: '^/old$'\n    address: 10.9.9.9:8443\n    protocol: https\n    price: 20\n    headers: {X-Version: \"2\"}\n");
        await model.RestartAsync();
        Assert.True(model.IsRunning, model.StartError);
        await PutAsync("legacy", "{\"price\": 99}");
        using var store = new LocalControlPlane(new LocalStoreOptions { Path = folder.File("s.db") });
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = FilePath, Http = TestHttp.Options });

        var beside = await new PaywallAdoption(store).PrepareAsync(gateway, "owner", None);
        await SendAsync(HttpMethod.Delete, "/api/admin/services/legacy", string.Empty);
        await model.RestartAsync();
        var alone = await new PaywallAdoption(store).PrepareAsync(gateway, "owner", None);

        Assert.Empty(beside.Paywalls);
        var left = Assert.Single(beside.Foreign);
        Assert.Equal("legacy", left.Name);
        Assert.Contains("would overwrite what the file says (price, headers.X-Version)", left.Reason, StringComparison.Ordinal);
        Assert.Equal((20_000L, "https://10.9.9.9:8443"), (Assert.Single(alone.Paywalls).Policy.FixedAmountMsats, alone.Paywalls[0].Routes[0].UpstreamUrl));
    }

    [Fact]
    public async Task A_plan_names_what_the_file_loses_while_a_row_is_served_as_desired()
    {
        await ReconcileAsync(Restart);
        await PutAsync(ServiceName, "{\"price\": 99}");
        await File.WriteAllTextAsync(FilePath, (await File.ReadAllTextAsync(FilePath)).Replace("price: 5", "price: 5\n    headers: {X-Key: \"${KEY}\"}", StringComparison.Ordinal));
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 99_000)]);

        var plan = (await DriftAsync()).Plan!;
        var applied = await ReconcileAsync(Restart);
        var after = (await DriftAsync()).Plan!;

        Assert.Empty(plan.Changes);
        Assert.Equal("every service stays as it is served, and the file's own text of 1 is overwritten", plan.Summary);
        Assert.Contains(ServiceName + " (price, headers.X-Key)", Assert.Single(plan.Diagnostics, static found => found.Code == "file_text_replaced").Message, StringComparison.Ordinal);
        Assert.True(applied.Ok, applied.ToString());
        Assert.DoesNotContain(after.Diagnostics, static found => found.Code == "file_text_replaced");
        Assert.Equal((402, 99), await PriceAsync());
    }

    private async Task NotRestoringMacaroon(ApertureModel running)
    {
        await running.RestartAsync();
        File.Delete(running.MacaroonPath);
    }

    [Fact]
    public async Task An_admin_API_that_fails_for_a_write_timeout_is_told_to_have_it_set_to_0()
    {
        var path = folder.File("main.yaml");
        await using var main = new ApertureModel(path, new ApertureModelOptions { IsMain = true });
        await File.WriteAllTextAsync(path, main.AdminSettings + "services: []\n");
        await main.StartAsync();

        // For a database that is not a file, only the admin API tells what is live.
        await File.WriteAllTextAsync(folder.File("postgres.yaml"), main.AdminSettings.Replace("dbbackend: sqlite", "dbbackend: postgres", StringComparison.Ordinal) + "services: []\n");
        using var file = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = folder.File("postgres.yaml"), Http = TestHttp.Options });
        using var admin = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = main.Url, MacaroonPath = main.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });

        var failure = await Assert.ThrowsAsync<GatewayException>(() => admin.ReadStateAsync(None));
        var plan = file.Plan(await file.ReadStateAsync(None), CreateRollout("dep_1", Selling("/a")));

        Assert.Contains("writetimeout: 0s", failure.Remedy, StringComparison.Ordinal);
        Assert.Contains("status_500", failure.Reason, StringComparison.Ordinal);
        Assert.Contains(plan.Diagnostics, static diagnostic => diagnostic.Message.Contains("writetimeout: 0s", StringComparison.Ordinal));

        await File.WriteAllTextAsync(path, main.AdminSettings + "writetimeout: 0s\nservices: []\n");
        await main.RestartAsync();
        Assert.Empty((await admin.ReadStateAsync(None)).Services!);
    }

    private async Task<ReconcileResult> ReconcileAsync(Func<ApertureModel, Task>? reload, Func<ReconcileOptions, ReconcileOptions>? change = null)
    {
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = FilePath, Http = TestHttp.Options, HealthTimeout = TimeSpan.FromSeconds(2), Reload = reload is null ? null : new ModelReload(() => reload(model)) });
        return await new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox())
            .RunAsync((change ?? (static options => options))(new ReconcileOptions { RequestId = "rows:" + ++request }), None);
    }

    private async Task<DriftResult> DriftAsync()
    {
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = FilePath, Http = TestHttp.Options });
        return await new DriftCheck(plane, gateway).RunAsync(new ReconcileOptions { RequestId = "drift" }, None);
    }

    private Task PutAsync(string name, string body) => SendAsync(HttpMethod.Put, "/api/admin/services/" + name, body);

    private async Task SendAsync(HttpMethod method, string path, string body)
    {
        for (var tries = 0; ; tries++)
        {
            using var question = new HttpRequestMessage(method, model.Url + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            question.Headers.TryAddWithoutValidation("Grpc-Metadata-Macaroon", ApertureModel.Macaroon);
            using var answer = await http.SendAsync(question);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            Assert.True(tries < 2, await answer.Content.ReadAsStringAsync());
        }
    }

    private async Task<(int Status, long Sats)> PriceAsync()
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, model.Url + "/a");
        question.Headers.Host = Host;
        using var answer = await http.SendAsync(question);
        return ((int)answer.StatusCode, (int)answer.StatusCode == 402 ? L402Challenge.Parse(answer.Headers.GetValues("WWW-Authenticate").Last()).Amount!.Value.SatoshisRoundedUp : 0);
    }
}
