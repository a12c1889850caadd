using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Spending;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Settlements.Books;
using LightningOps.Status;
using LightningOps.Status.Metrics;
using LightningOps.Tests.Docs;
using LightningOps.Tests.Support;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using Xunit;

namespace LightningOps.Tests.Status;

/// <summary>Metrics of a status: as Prometheus and an OTLP receiver read them, and as rules and dashboard ask for them.</summary>
public sealed class MetricTests
{
    private const string Rules = "module/monitoring/lightningops.rules.yml";
    private const string Dashboard = "module/monitoring/lightningops.dashboard.json";

    [Fact]
    public void A_value_that_is_not_known_has_no_sample()
    {
        var text = Encoding.UTF8.GetString(new MetricExport(Empty(), 10).ToPrometheus());

        Assert.Contains("\nlightningops_values_not_known 1\n", text, StringComparison.Ordinal);
        foreach (var name in new[] { "global_pause", "settled_msats_total", "pending_invoices", "paywalls", "last_success", "budget_left", "credential_age", "watch_" })
        {
            Assert.DoesNotContain("lightningops_" + name, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Owners_have_samples_only_on_request_and_up_to_the_limit()
    {
        var status = Full();

        Assert.DoesNotContain("owner=", Encoding.UTF8.GetString(new MetricExport(status, 0).ToPrometheus()), StringComparison.Ordinal);
        var text = Encoding.UTF8.GetString(new MetricExport(status, 2).ToPrometheus());
        Assert.Equal(["owner=\"o2\"", "owner=\"o1\""], Regex.Matches(text, "owner=\"[^\"]*\"").Select(match => match.Value));
        Assert.Contains("\nlightningops_owners_left_out 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_is_escaped()
    {
        var status = Full() with { Smokes = [new SmokeRun("a\"b\\c\nd", true, 1000)] };

        Assert.Contains("lightningops_smoke_ok{smoke=\"a\\\"b\\\\c\\nd\"} 1\n", Encoding.UTF8.GetString(new MetricExport(status, 0).ToPrometheus()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("münchen ⚡ 東京", "münchen ⚡ 東京")]
    [InlineData("a\r\nb", "a\r\\nb")]
    [InlineData("{x=\"1\"} 7 # HELP", "{x=\\\"1\\\"} 7 # HELP")]
    [InlineData("\\n", "\\\\n")]
    public void A_label_stays_one_sample_whatever_is_in_it(string name, string written)
    {
        var lines = Encoding.UTF8.GetString(new MetricExport(Full() with { Smokes = [new SmokeRun(name, true, 1000)] }, 0).ToPrometheus()).Split('\n');

        Assert.Single(lines, line => line == "lightningops_smoke_ok{smoke=\"" + written + "\"} 1");
        Assert.All(lines.Where(static line => line.Length > 0), static line => Assert.True(line.StartsWith("# ", StringComparison.Ordinal) || line.StartsWith("lightningops_", StringComparison.Ordinal), line));
    }

    [Fact]
    public void Every_metric_is_on_the_page_and_no_other()
    {
        var documented = Regex.Matches(Repository.Read("docs/monitoring.md"), @"(?m)^\| `(lightningops_\w+)").Select(match => match.Groups[1].Value).OrderBy(name => name, StringComparer.Ordinal);

        Assert.Equal(StatusMetrics.Create(Full(), 10).Select(family => family.Name).OrderBy(name => name, StringComparer.Ordinal), documented);
    }

    [Fact]
    public void Rules_and_dashboard_ask_only_for_metrics_there_are()
    {
        var known = StatusMetrics.Create(Full(), 10).Select(family => family.Name).ToHashSet();
        var asked = RuleQueries().Concat(DashboardQueries()).SelectMany(query => Regex.Matches(query, @"lightningops_\w+").Select(match => match.Value)).Distinct().ToArray();

        Assert.True(asked.Length > 20);
        Assert.Empty(asked.Except(known));
    }

    [ProgramFact("promtool")]
    public async Task Promtool_accepts_the_file_and_the_rules_and_the_alerts_fire_in_simulated_time()
    {
        using var folder = new TemporaryFolder();
        new MetricExport(Full(), 10).WriteFile(folder.File("lightningops.prom"));

        var metrics = await RunAsync("promtool", ["check", "metrics"], File.ReadAllText(folder.File("lightningops.prom")));
        Assert.True(metrics.ExitCode == 0 && metrics.Output.Length == 0, metrics.Output);
        var rules = await RunAsync("promtool", ["check", "rules", "--lint-fatal", Repository.GetPath(Rules)]);
        Assert.True(rules.ExitCode == 0, rules.Output);
        var tests = await RunAsync("promtool", ["test", "rules", Repository.GetPath("module/monitoring/lightningops.rules.test.yml")]);
        Assert.True(tests.ExitCode == 0, tests.Output);
        var tested = Regex.Matches(Repository.Read("module/monitoring/lightningops.rules.test.yml"), @"alertname: (\w+)\n").Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Empty(Regex.Matches(Repository.Read(Rules), @"- alert: (\w+)").Select(match => match.Groups[1].Value).Where(alert => !tested.Contains(alert)));
    }

    [ProgramFact("prometheus")]
    public async Task Every_query_of_rules_and_dashboard_runs_against_a_real_Prometheus()
    {
        using var folder = new TemporaryFolder();
        await using var target = new LoopbackServer(_ =>
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            var text = Encoding.UTF8.GetString(new MetricExport(Full(now), 10).ToPrometheus());
            return Task.FromResult(Reply.Raw(Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\nContent-Length: " + Encoding.UTF8.GetByteCount(text) + "\r\n\r\n" + text)));
        });
        var port = FreePort();
        File.WriteAllText(folder.File("prometheus.yml"), $"global: {{ scrape_interval: 1s, evaluation_interval: 1s }}\nrule_files: ['{Repository.GetPath(Rules)}']\nscrape_configs: [{{ job_name: lightningops, static_configs: [{{ targets: ['{new Uri(target.Url).Authority}'] }}] }}]\n");
        using var prometheus = Process.Start(new ProcessStartInfo("prometheus", [$"--config.file={folder.File("prometheus.yml")}", $"--storage.tsdb.path={folder.File("data")}", $"--web.listen-address=127.0.0.1:{port}"]) { RedirectStandardError = true })!;
        var log = prometheus.StandardError.ReadToEndAsync();
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            await WaitAsync(async () => (await QueryAsync(client, "count_over_time(lightningops_status_timestamp_seconds[1m]) > 1"))?.Count > 0);

            foreach (var query in RuleQueries())
            {
                Assert.True(await QueryAsync(client, query) is not null, query);
            }

            foreach (var query in DashboardQueries().Select(query => query.Replace("$gateway", ".*", StringComparison.Ordinal)))
            {
                Assert.True(await QueryAsync(client, query) is { Count: > 0 }, query);
            }

            var loaded = await client.GetStringAsync("api/v1/rules");
            Assert.Equal(Regex.Matches(Repository.Read(Rules), "- alert: ").Count, Regex.Matches(loaded, "\"type\":\"alerting\"").Count);
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
            await log;
        }
    }

    [Fact]
    public async Task An_OTLP_receiver_gets_the_same_as_from_the_exporter_of_the_OpenTelemetry_SDK()
    {
        var status = Full();
        var families = StatusMetrics.Create(status, 10);
        using var receiver = new OtlpReceiver();
        await new MetricExport(status, 10).SendAsync(receiver.Url, allowInsecure: false, CancellationToken.None);
        var (path, type, own) = await receiver.NextAsync();
        Assert.Equal(("/v1/metrics", "application/x-protobuf"), (path, type));

        using var meter = new Meter("LightningOps.Status");
        foreach (var family in families)
        {
            Measurement<double>[] Measure() => family.Samples.Select(sample => new Measurement<double>(sample.Value, sample.Labels.Select(label => new KeyValuePair<string, object?>(label.Key, label.Value)))).ToArray();
            _ = family.IsCounter ? meter.CreateObservableCounter(family.Name, Measure, null, family.Help) : (object)meter.CreateObservableGauge(family.Name, Measure, null, family.Help);
        }

        using (var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddOtlpExporter((exporter, reader) =>
        {
            exporter.Endpoint = new Uri(receiver.Url + "/v1/metrics");
            exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = int.MaxValue;
        }).Build())
        {
            Assert.True(provider.ForceFlush(10_000));
        }

        var (_, _, reference) = await receiver.NextAsync();
        Assert.Equal(OtlpReceiver.Describe(reference), OtlpReceiver.Describe(own));
        Assert.Contains("lightningops_global_pause", OtlpReceiver.Describe(own), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://collector.example.com:4318")]
    public async Task An_address_that_is_not_safe_is_refused(string endpoint) =>
        await Assert.ThrowsAsync<ConfigException>(() => new MetricExport(Full(), 0).SendAsync(endpoint, allowInsecure: false, CancellationToken.None));

    [Fact]
    public async Task A_receiver_that_refuses_or_is_down_is_an_error_with_its_reason()
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Status(503)));

        Assert.Equal("status_503", (await Assert.ThrowsAsync<MetricReceiverException>(() => new MetricExport(Full(), 0).SendAsync(server.Url, false, CancellationToken.None))).Reason);
        Assert.Equal("connection_refused", (await Assert.ThrowsAsync<MetricReceiverException>(() => new MetricExport(Full(), 0).SendAsync("http://127.0.0.1:9", false, CancellationToken.None))).Reason.Split(':').Last());
    }

    internal static L402Status Empty() => new() { TakenAtMs = 1_796_000_000_000, ControlPlane = "api", Gateways = [], NotKnown = [new UnknownValue("switches", "down")] };

    internal static L402Status Full(long nowMs = 1_796_000_000_000)
    {
        static RevenueRow Row(string? owner, long msats) => new()
        {
            OwnerId = owner,
            Settled = msats / 1000,
            SettledMsats = msats,
            Undelivered = 1,
            UndeliveredMsats = 1000,
            Unproven = 0,
            UnprovenMsats = 0,
            Open = 2,
            OpenMsats = 5000,
            Expired = 3,
            ExpiredMsats = 7000,
            Conversion = 0.4,
        };
        return new L402Status
        {
            TakenAtMs = nowMs,
            ControlPlane = "local",
            Gateways =
            [
                new GatewayStatus { Gateway = "file:/etc/aperture/aperture.yaml", Drift = DriftStatus.InDrift, Desired = new ConfigHash("cfg_1"), Written = new ConfigHash("cfg_2"), Live = new ConfigHash("cfg_2"), Evidence = LiveEvidence.Restart, Selling = 3, Free = 2, Closed = 1, LeftAlone = 0, Outcome = "differs", Growth = new GatewayGrowth { Challenges = 4_200, Payments = 60, Transactions = 4_100, DatabaseBytes = 8_388_608, StartsMs = [1_000, 1_200] } },
                new GatewayStatus { Gateway = "aperture:https://a:8081,https://b:8081", Drift = DriftStatus.Undetermined, Outcome = "not known", Endpoints = [new EndpointStatus { Endpoint = "aperture:https://a:8081" }] },
            ],
            Switches = new SecurityState
            {
                Global = new GlobalControl { StateId = "global", GlobalPause = true, UpdatedBy = "ada", UpdatedAtMs = nowMs - 1000 },
                OwnerControls = [new OwnerControl { OwnerId = "o1", KillSwitch = true }],
                CredentialRoles = [],
            },
            Paywalls = [new PaywallCount(PaywallStatus.Active, 4), new PaywallCount(PaywallStatus.Paused, 1)],
            LastSuccessAtMs = nowMs - 60_000,
            Watch = new WatchHealth { State = WatchState.Waiting, ProcessId = 1, StartedAtMs = nowMs - 100_000, UpdatedAtMs = nowMs, IntervalSeconds = 30, Passes = 4, LastPassAtMs = nowMs, LastSuccessAtMs = nowMs, LastClosedAtMs = nowMs },
            Smokes = [new SmokeRun("nightly", true, nowMs - 1000)],
            Revenue = Row(null, 9000),
            RevenueDay = Row(null, 4000),
            Owners = [Row("o1", 2000), Row("o2", 6000), Row("o3", 1000)],
            Spending = new SpendingReport { HourMsats = 100, HourFeeMsats = 0, HourlyBudget = 1000, DayMsats = 300, DayFeeMsats = 0, DailyBudget = 2000, Hosts = [], Unfinished = 0 },
            Credentials = [new CredentialAge("gateway_invoice", "active", 2, nowMs - 5000, 5)],
            Expiring = [new ExpiringItem(ExpiringKind.Certificate, "https://shop.example.com", nowMs + 86_400_000) { SecondsLeft = 86_400 }],
            Findings = [new Diagnostic { Code = "database_readable", Severity = DiagnosticSeverity.Warn, Message = "readable" }],
            NotKnown = [new UnknownValue("x", "y")],
        };
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static IEnumerable<string> RuleQueries() => Regex.Matches(Repository.Read(Rules), @"(?m)^\s+expr: (.+)$").Select(match => match.Groups[1].Value);

    private static IEnumerable<string> DashboardQueries()
    {
        using var document = JsonDocument.Parse(Repository.Read(Dashboard));
        return document.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!).ToArray();
    }

    private static async Task<IReadOnlyList<JsonElement>?> QueryAsync(HttpClient client, string query)
    {
        try
        {
            using var answer = await client.GetAsync("api/v1/query?query=" + Uri.EscapeDataString(query));
            using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return document.RootElement.GetProperty("status").GetString() == "success" ? document.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(one => one.Clone()).ToArray() : null;
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException)
        {
            return null;
        }
    }

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("Prometheus did not scrape within a minute.");
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments, string? input = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, input is null ? await output + await error : await output + await error);
    }
}
