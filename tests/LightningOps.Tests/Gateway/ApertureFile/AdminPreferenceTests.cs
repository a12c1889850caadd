using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.ApertureFile;
using LightningOps.L402.Challenges;
using LightningOps.Paywalls;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.ApertureFile;

/// <summary>The plan of a file whose Aperture has its admin API on names that API where it carries everything without a restart.</summary>
public sealed class AdminPreferenceTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });
    private readonly ApertureModel model;

    public AdminPreferenceTests() => model = new ApertureModel(FilePath);

    private string FilePath => folder.File("aperture.yaml");

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(FilePath, model.AdminSettings + "services: []\n");
        await model.StartAsync();
        await ApplyAsync(Selling("/a"), Selling("/b"), Selling("/c/d"), Selling("/c/*"));
    }

    public async Task DisposeAsync()
    {
        await model.DisposeAsync();
        http.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_changed_price_and_a_new_service_need_no_restart_and_hold_after_the_next_one()
    {
        Paywall[] paywalls = [Selling("/a", 7000), Selling("/b"), Selling("/c/d"), Selling("/c/*"), Selling("/d", 3000)];

        var found = Assert.Single((await PlanAsync(paywalls)).Diagnostics, static one => one.Code == AdminPreference.Code);
        Assert.Equal(DiagnosticSeverity.Info, found.Severity);
        Assert.Contains("-Gateway admin:" + model.Url + " ", found.Message, StringComparison.Ordinal);
        Assert.Contains("the file alone no longer says which services count", found.Message, StringComparison.Ordinal);

        // The operator follows it.
        var (starts, text) = (model.Starts, await File.ReadAllTextAsync(FilePath));
        using var admin = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = model.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });
        await admin.ApplyAsync(CreateRollout("dep_admin", paywalls), None);
        Assert.Equal((starts, text), (model.Starts, await File.ReadAllTextAsync(FilePath)));
        Assert.Equal((7, 3), (await GetPriceAsync("/a"), await GetPriceAsync("/d")));
        await model.RestartAsync();
        Assert.Equal((7, 3, 2), (await GetPriceAsync("/a"), await GetPriceAsync("/d"), await GetPriceAsync("/c/x")));
        Assert.Contains("price: 2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("price: 7", text, StringComparison.Ordinal);
    }

    public static TheoryData<string> Lost => ["a limit", "a service of the file goes", "requests of another service", "another service first", "nothing changes", "a pause"];

    [Theory]
    [MemberData(nameof(Lost))]
    public async Task A_plan_that_it_would_not_carry_whole_does_not_name_it(string reason)
    {
        Paywall[] paywalls = reason switch
        {
            "a limit" => [Selling("/a", 7000), Selling("/b").WithPolicy(static policy => policy with { QuotaPerMinute = 3 }), Selling("/c/d"), Selling("/c/*")],
            "a service of the file goes" => [Selling("/a", 7000), Selling("/b")],
            "requests of another service" => [Selling("/a"), Selling("/b"), Selling("/c/d"), Selling("/c/*", 5000)],
            "another service first" => [Selling("/a"), Selling("/b"), Selling("/c/d"), Selling("/c/d*", 5000), Selling("/c/*")],
            "a pause" => [Selling("/a", 7000), Selling("/b"), Selling("/c/d"), Selling("/c/*")],
            _ => [Selling("/a"), Selling("/b"), Selling("/c/d"), Selling("/c/*")],
        };

        var plan = await PlanAsync(reason == "a pause", paywalls);

        Assert.False(plan.IsRefused, plan.ToString());
        Assert.DoesNotContain(plan.Diagnostics, static one => one.Code == AdminPreference.Code);
    }

    [Fact]
    public async Task A_service_of_the_file_with_a_member_that_a_row_does_not_carry_is_changed_in_the_file()
    {
        var text = await File.ReadAllTextAsync(FilePath);
        await File.WriteAllTextAsync(FilePath, text.Replace("price: 2\n", "price: 2\n    headers:\n      X-Key: secret\n", StringComparison.Ordinal));
        await model.RestartAsync();

        Assert.DoesNotContain((await PlanAsync(Selling("/a", 7000), Selling("/b"), Selling("/c/d"), Selling("/c/*"))).Diagnostics, static one => one.Code == AdminPreference.Code);
    }

    [Fact]
    public async Task An_API_that_does_not_answer_or_is_off_is_not_named()
    {
        Paywall[] paywalls = [Selling("/a", 7000), Selling("/b"), Selling("/c/d"), Selling("/c/*")];
        Assert.Contains((await PlanAsync(paywalls)).Diagnostics, static one => one.Code == AdminPreference.Code);

        await model.StopAsync();
        Assert.DoesNotContain((await PlanAsync(paywalls)).Diagnostics, static one => one.Code == AdminPreference.Code);

        await File.WriteAllTextAsync(FilePath, (await File.ReadAllTextAsync(FilePath)).Replace("enabled: true", "enabled: false", StringComparison.Ordinal));
        await model.StartAsync();
        Assert.DoesNotContain((await PlanAsync(paywalls)).Diagnostics, static one => one.Code == AdminPreference.Code);
    }

    private Task<RolloutPlan> PlanAsync(params Paywall[] paywalls) => PlanAsync(isPaused: false, paywalls);

    private async Task<RolloutPlan> PlanAsync(bool isPaused, params Paywall[] paywalls)
    {
        using var gateway = Open();
        return gateway.Plan(await gateway.ReadStateAsync(None), CreateRollout("dep_next", paywalls) with { IsPaused = isPaused });
    }

    private async Task ApplyAsync(params Paywall[] paywalls)
    {
        using var gateway = Open();
        await gateway.ApplyAsync(CreateRollout("dep_1", paywalls), None);
    }

    private ApertureFileGateway Open() => new(new ApertureFileGatewayOptions { Path = FilePath, Http = TestHttp.Options, Reload = new ModelReload(model.RestartAsync) });

    private async Task<long> GetPriceAsync(string path)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, model.Url + path);
        question.Headers.Host = Host;
        using var answer = await http.SendAsync(question);
        return L402Challenge.Parse(answer.Headers.GetValues("WWW-Authenticate").Last()).Amount!.Value.SatoshisRoundedUp;
    }
}
