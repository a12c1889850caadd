using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.Json;
using LightningOps.Smoke;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Artifacts.Reports;

public sealed class ReportFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeMilliseconds(42));

    public static TheoryData<SmokeName> Mocked =>
        [.. SmokeCatalog.All.Select(smoke => smoke.Name)];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Mocked))]
    public async Task Every_smoke_is_written_as_it_ended(SmokeName name)
    {
        var result = await Runs.SmokeAsync(name, folder);

        var run = Assert.IsAssignableFrom<IReportable>(result).ToReport();
        new ReportFolder(time).Write(folder.File("out"), [run]);

        Assert.True(run.Ok, name.ToString());
        Assert.NotEmpty(run.Checks);
        Assert.DoesNotContain(run.Checks, check => check.Outcome == CheckOutcome.Failed);
        Assert.Empty(run.Failures);
        Assert.NotEmpty(run.Timeline);
        Assert.Equal(ArtifactJson.Serialize(result, indented: true) + "\n", Read("summary.json"));
        Assert.Contains(run.Title, Read("report.html"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Mocked))]
    public async Task Every_smoke_gives_the_same_page_again(SmokeName name)
    {
        var run = ((IReportable)await Runs.SmokeAsync(name, folder)).ToReport();

        new ReportFolder(time).Write(folder.File("out"), [run]);
        var first = Read("report.html");
        time.Advance(TimeSpan.FromDays(1));
        new ReportFolder(time).Write(folder.File("out"), [run]);

        Assert.Equal(first, Read("report.html"));
    }

    [Fact]
    public void An_event_whose_time_is_not_known_gets_that_of_the_writing()
    {
        new ReportFolder(time).Write(folder.File("out"), [Runs.With() with { Timeline = [Runs.Event(0, "a", "ok"), Runs.Event(7, "b", "ok")] }]);

        Assert.Equal([42L, 7L], Read("events.jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("ts").GetInt64()));
    }

    [Fact]
    public void Several_runs_share_the_files()
    {
        new ReportFolder(time).Write(folder.File("out"), [Runs.Saying("first", ok: true), Runs.Saying("second")]);

        var summary = JsonDocument.Parse(Read("summary.json")).RootElement;
        Assert.False(summary.GetProperty("ok").GetBoolean());
        Assert.Equal(["first", "second"], summary.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("title").GetString()));
        Assert.Equal(6, Read("events.jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_failure_and_nothing_is_left()
    {
        File.WriteAllText(folder.File("out"), "a file");

        Assert.ThrowsAny<IOException>(() => new ReportFolder(time).Write(folder.File("out"), [Runs.Saying("text")]));

        Assert.Equal(["out"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(folder.File("out"), file));
}
