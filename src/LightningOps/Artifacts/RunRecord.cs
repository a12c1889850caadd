using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using LightningOps.Files;
using LightningOps.Json;

namespace LightningOps.Artifacts;

/// <summary>Writes the events and the outcome of a run: events.jsonl and summary.json, each atomically.</summary>
public static class RunRecord
{
    /// <summary>Name of the events' file.</summary>
    public const string EventsFile = "events.jsonl";

    /// <summary>Name of the summary's file.</summary>
    public const string SummaryFile = "summary.json";

    /// <summary>
    /// Writes both files into a folder, which is created if missing. The summary is written last: if it exists, the
    /// events exist too.
    /// </summary>
    /// <param name="directory">The folder.</param>
    /// <param name="events">The events so far, in order; also when the run failed.</param>
    /// <param name="summary">A record of this module.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not allow it.</exception>
    public static void Write(string directory, IEnumerable<RunEvent> events, object summary)
    {
        var lines = new StringBuilder();
        foreach (var happened in events)
        {
            lines.Append(ArtifactJson.Serialize(happened)).Append('\n');
        }

        Directory.CreateDirectory(directory);
        AtomicFile.Write(Path.Combine(directory, EventsFile), Encoding.UTF8.GetBytes(lines.ToString()));
        AtomicFile.Write(Path.Combine(directory, SummaryFile), Encoding.UTF8.GetBytes(ArtifactJson.Serialize(summary, indented: true) + "\n"));
    }
}

/// <summary>One line of events.jsonl (docs/reference/smokes.md#artifacts).</summary>
/// <param name="Ts">Time, Unix milliseconds.</param>
/// <param name="Stage">For example <c>reconcile.health</c>.</param>
/// <param name="RequestId">Request it belongs to.</param>
/// <param name="Status"><c>ok</c>, <c>skipped</c> or <c>failed</c>.</param>
public sealed record RunEvent(long Ts, string Stage, string RequestId, string Status)
{
    /// <summary>Further details by member name; left out when there are none.</summary>
    public IReadOnlyDictionary<string, object>? Details { get; init; }
}

/// <summary>Default folder of the artifacts of a run (docs/reference/smokes.md#artifacts).</summary>
internal static class RunFolder
{
    private const int MaxNameLength = 120;

    /// <summary><c>output/lightning-ops/KIND/REQUEST</c> under a folder.</summary>
    /// <param name="directory">The session's current directory.</param>
    /// <param name="kind">For example <c>full-flow</c>.</param>
    /// <param name="requestId">Request of the run, made safe for a path.</param>
    public static string Default(string directory, string kind, string requestId) =>
        Path.Combine(directory, "output", "lightning-ops", kind, GetName(requestId));

    /// <summary>Every run of characters outside A-Z a-z 0-9 . _ - as one underscore, at most 120 of them.</summary>
    internal static string GetName(string requestId)
    {
        var name = new StringBuilder(requestId.Length);
        var isInRun = false;
        foreach (var sign in requestId)
        {
            var isKept = sign is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '_' or '-';
            if (isKept || !isInRun)
            {
                name.Append(isKept ? sign : '_');
            }

            isInRun = !isKept;
        }

        var cut = name.ToString(0, name.Length < MaxNameLength ? name.Length : MaxNameLength);

        // A name for this folder or its parent is not allowed.
        return cut.Trim('.').Length == 0 ? "_" + cut : cut;
    }
}
