using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.Json;
using LightningOps.Observability;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Observability;

public sealed class JsonLinesSinkTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Log => folder.File("records.jsonl");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Records_are_lines_in_order_and_the_folder_is_made()
    {
        var path = folder.File("a", "b", "records.jsonl");

        new JsonLinesSink(path).Write([GetRecord("1"), GetRecord("2")]);
        new JsonLinesSink(path).Write([GetRecord("3")]);

        Assert.Equal(["1", "2", "3"], GetRequestIds(File.ReadAllLines(path)));
    }

    [UnixFact]
    public void A_link_laid_under_the_name_of_the_lock_is_not_followed()
    {
        File.CreateSymbolicLink(folder.File(".records.jsonl.lock"), folder.File("victim"));

        Assert.ThrowsAny<IOException>(() => new JsonLinesSink(Log).Write([GetRecord("1")]));
        Assert.False(File.Exists(folder.File("victim")));
    }

    [Fact]
    public void What_a_terminal_would_obey_is_escaped_and_reads_back_as_it_was()
    {
        new JsonLinesSink(Log).Write([GetRecord("a\u009b2J\u202eb")]);

        Assert.Contains("a\\u009b2J\\u202eb", File.ReadAllText(Log), System.StringComparison.Ordinal);
        Assert.Equal(["a\u009b2J\u202eb"], GetRequestIds(File.ReadAllLines(Log)));
    }

    [Fact]
    public void A_part_of_a_line_a_killed_writer_left_spoils_no_other_line()
    {
        new JsonLinesSink(Log).Write([GetRecord("1")]);
        File.AppendAllText(Log, "{\"requestId\":\"2\",\"us");

        new JsonLinesSink(Log).Write([GetRecord("3")]);

        var lines = File.ReadAllLines(Log);
        Assert.Equal(3, lines.Length);
        Assert.Equal(["1", "3"], GetRequestIds([lines[0], lines[2]]));
    }

    [Fact]
    public void A_full_file_moves_on_and_the_oldest_goes()
    {
        var sink = new JsonLinesSink(Log, new JsonLinesSinkOptions { MaxFileSize = 2 * GetLength("1") + 1, Files = 3 });

        foreach (var number in Enumerable.Range(1, 9))
        {
            sink.Write([GetRecord(number.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        }

        Assert.Equal(["9"], GetRequestIds(File.ReadAllLines(Log)));
        Assert.Equal(["7", "8"], GetRequestIds(File.ReadAllLines(folder.File("records.1.jsonl"))));
        Assert.Equal(["5", "6"], GetRequestIds(File.ReadAllLines(folder.File("records.2.jsonl"))));
        Assert.False(File.Exists(folder.File("records.3.jsonl")));
    }

    [Fact]
    public void A_batch_larger_than_a_file_is_spread_over_files()
    {
        new JsonLinesSink(Log, new JsonLinesSinkOptions { MaxFileSize = 2 * GetLength("1"), Files = 9 })
            .Write(Enumerable.Range(1, 5).Select(number => GetRecord(number.ToString(System.Globalization.CultureInfo.InvariantCulture))).ToArray());

        Assert.Equal(["1", "2"], GetRequestIds(File.ReadAllLines(folder.File("records.2.jsonl"))));
        Assert.Equal(["3", "4"], GetRequestIds(File.ReadAllLines(folder.File("records.1.jsonl"))));
        Assert.Equal(["5"], GetRequestIds(File.ReadAllLines(Log)));
    }

    [Fact]
    public void A_record_larger_than_a_file_has_a_file_of_its_own()
    {
        var sink = new JsonLinesSink(Log, new JsonLinesSinkOptions { MaxFileSize = 10, Files = 9 });

        sink.Write([GetRecord("1"), GetRecord("2")]);

        Assert.Equal(["1"], GetRequestIds(File.ReadAllLines(folder.File("records.1.jsonl"))));
        Assert.Equal(["2"], GetRequestIds(File.ReadAllLines(Log)));
    }

    [Fact]
    public void One_file_kept_means_that_a_full_one_begins_anew()
    {
        var sink = new JsonLinesSink(Log, new JsonLinesSinkOptions { MaxFileSize = GetLength("1"), Files = 1 });

        sink.Write([GetRecord("1")]);
        sink.Write([GetRecord("2")]);

        Assert.Equal(["2"], GetRequestIds(File.ReadAllLines(Log)));
        Assert.False(File.Exists(folder.File("records.1.jsonl")));
    }

    [Fact]
    public void A_file_that_others_hold_for_too_long_is_a_failure()
    {
        using var held = new FileStream(folder.File(".records.jsonl.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        Assert.ThrowsAny<IOException>(() => new JsonLinesSink(Log, new JsonLinesSinkOptions { LockTimeout = TimeSpan.Zero }).Write([GetRecord("1")]));
    }

    [Fact]
    public async Task Processes_and_threads_that_append_at_once_lose_and_mix_nothing()
    {
        const int Each = 60;
        using var first = StartAppending("p1", Each);
        using var second = StartAppending("p2", Each);
        var threads = Enumerable.Range(1, 3).Select(thread => Task.Run(() =>
        {
            var sink = new JsonLinesSink(Log, Small());
            for (var number = 0; number < Each; number++)
            {
                sink.Write([GetRecord($"t{thread}:{number}")]);
            }
        }));

        await Task.WhenAll(threads);
        await GetEnd(first);
        await GetEnd(second);

        var written = Directory.GetFiles(folder.Path, "*.jsonl").SelectMany(file => GetRequestIds(File.ReadAllLines(file))).ToArray();
        Assert.Equal(5 * Each, written.Length);
        Assert.Equal(5 * Each, written.Distinct().Count());
    }

    [Fact]
    public async Task A_writer_that_is_killed_leaves_at_most_one_line_that_is_not_whole()
    {
        using (var killed = StartAppending("killed", count: 0))
        {
            Assert.Equal("ready", await killed.ReadLineAsync());
            await killed.KillAsync();
        }

        new JsonLinesSink(Log, Small()).Write([GetRecord("after")]);

        var lines = Directory.GetFiles(folder.Path, "*.jsonl").SelectMany(File.ReadAllLines).ToArray();
        Assert.InRange(lines.Count(line => !IsRecord(line)), 0, 1);
        Assert.Contains(lines, line => IsRecord(line) && GetRequestIds([line]).Single() == "after");
    }

    private StartedProcess StartAppending(string writer, int count) =>
        StartedProcess.Start("append-records", Log, writer, count.ToString(System.Globalization.CultureInfo.InvariantCulture), "10000");

    private static async Task GetEnd(StartedProcess process)
    {
        Assert.Equal("ready", await process.ReadLineAsync());
        Assert.Equal("done", await process.ReadLineAsync());
    }

    private static JsonLinesSinkOptions Small() => new() { MaxFileSize = 10000, Files = 1000, LockTimeout = TimeSpan.FromSeconds(60) };

    private static ObservabilityRecord GetRecord(string requestId) => OperationRecords.Reconcile(requestId, failureCode: null, atMs: 1);

    private static long GetLength(string requestId) => ArtifactJson.Serialize(GetRecord(requestId)).Length + 1;

    private static IEnumerable<string?> GetRequestIds(IEnumerable<string> lines) =>
        lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("requestId").GetString());

    private static bool IsRecord(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
