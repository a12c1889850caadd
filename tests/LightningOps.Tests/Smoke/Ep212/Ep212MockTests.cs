using System;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Files;
using LightningOps.Json;
using LightningOps.Smoke;
using LightningOps.Smoke.Ep212;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Smoke.Ep212;

public sealed class Ep212MockTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string DefaultDirectory => Path.Combine(folder.Path, "output", "lightning-ops", "ep212-full-flow", "smoke_ep212-full-flow");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Routes_give_the_recorded_output() =>
        RecordedJson.AssertEqual(RecordedJson.Vector("smoke/ep212-routes.json"), ArtifactJson.Serialize(await RunAsync(SmokeName.Ep212Routes)));

    [Fact]
    public async Task The_full_flow_gives_the_recorded_summary_and_writes_it_down()
    {
        var result = (Ep212FullFlowSmokeResult)await RunAsync(SmokeName.Ep212FullFlow);

        var levelled = new[]
        {
            (result.Artifacts.SummaryPath, "<artifact-dir>/summary.json"),
            (result.Artifacts.EventsPath, "<artifact-dir>/events.jsonl"),
            (DefaultDirectory, "<artifact-dir>"),
            (new Uri(result.Sats4Ai!.EndpointUrl).Authority, "127.0.0.1:41389"),
        };
        var recorded = RecordedJson.Vector("smoke/ep212-full-flow.summary.json");
        RecordedJson.AssertEqual(recorded, (await File.ReadAllTextAsync(result.Artifacts.SummaryPath)).TrimEnd('\n'), levelled);
        RecordedJson.AssertEqual(recorded, ArtifactJson.Serialize(result, indented: true), levelled);
    }

    [Fact]
    public async Task The_full_flow_writes_the_recorded_events()
    {
        await RunAsync(SmokeName.Ep212FullFlow);

        RecordedJson.AssertEqual(RecordedJson.Vector("smoke/ep212-full-flow.events.jsonl"), (await File.ReadAllTextAsync(Path.Combine(DefaultDirectory, "events.jsonl"))).TrimEnd('\n'));
    }

    [Fact]
    public async Task A_request_of_its_own_names_the_folder()
    {
        await RunAsync(SmokeName.Ep212FullFlow, request => request with { RequestId = "nightly: 7/3" });

        Assert.True(File.Exists(Path.Combine(folder.Path, "output", "lightning-ops", "ep212-full-flow", "nightly_7_3", "summary.json")));
    }

    [Fact]
    public async Task A_run_that_is_stopped_is_written_down_as_failed()
    {
        using var stop = new CancellationTokenSource();
        var steps = new Steps(stop);
        Directory.CreateDirectory(DefaultDirectory);
        await File.WriteAllTextAsync(Path.Combine(DefaultDirectory, "summary.json"), "{\"ok\":true}");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SmokeCatalog.Get(SmokeName.Ep212FullFlow).RunAsync(Request() with { Steps = steps }, stop.Token));

        var summary = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(DefaultDirectory, "summary.json")))!;
        Assert.Equal((false, "sats4ai_paid", "cancelled"), ((bool)summary["ok"]!, (string?)summary["failure"]!["check"], (string?)summary["failure"]!["code"]));
        Assert.Contains("\"status\":\"failed\"", (await File.ReadAllTextAsync(Path.Combine(DefaultDirectory, "events.jsonl"))).Trim().Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_bought_where_it_cannot_be_written_down()
    {
        await File.WriteAllTextAsync(folder.File("taken"), string.Empty);
        var steps = new Steps(null);

        await Assert.ThrowsAsync<ArtifactFolderException>(() => RunAsync(SmokeName.Ep212FullFlow, request => request with { ArtifactDirectory = folder.File("taken"), Steps = steps }));

        Assert.Equal(0, steps.Count);
    }

    [Theory]
    [InlineData("GET", "/ep212/premium-signal", null, "", 402)]
    [InlineData("POST", "/ep212/premium-signal", null, "", 405)]
    [InlineData("GET", "/ep212/premium-signal", "L402 mac_ep212_a:00", "", 401)]
    [InlineData("GET", "/nowhere", null, "", 404)]
    [InlineData("GET", "/ep212/expensive-signal", "L402 x:y", "", 402)]
    public void The_shop_sells_to_nobody_without_its_credential(string method, string path, string? authorization, string body, int status)
    {
        Assert.Equal(status, new FixtureShop(FixtureShop.Routes, "ep212:").Answer(method, path, authorization, body).StatusCode);
    }

    private SmokeRequest Request() => new() { Mode = SmokeMode.Mock, WorkingDirectory = folder.Path };

    private Task<ISmokeResult> RunAsync(SmokeName name, Func<SmokeRequest, SmokeRequest>? change = null) =>
        SmokeCatalog.Get(name).RunAsync(change is null ? Request() : change(Request()), CancellationToken.None);

    private sealed class Steps(CancellationTokenSource? stop) : IProgress<L402Step>
    {
        public int Count { get; private set; }

        public void Report(L402Step value)
        {
            Count++;
            if (value.Name == "credential")
            {
                stop?.Cancel();
            }
        }
    }
}
