using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using LightningOps.Artifacts.Reports.Html;
using LightningOps.Files;

namespace LightningOps.Artifacts.Reports;

/// <summary>Writes reports of runs to a folder: events.jsonl, report.html and summary.json, each atomically.</summary>
public sealed class ReportFolder
{
    /// <summary>Name of the page.</summary>
    public const string PageFile = "report.html";

    private readonly TimeProvider time;

    /// <summary>Writes with the system's clock.</summary>
    public ReportFolder()
        : this(TimeProvider.System)
    {
    }

    /// <summary>Writes with the given clock.</summary>
    /// <param name="time">Time of events whose run does not know their time.</param>
    public ReportFolder(TimeProvider time) => this.time = time;

    /// <summary>Writes the three files, the summary last: if it exists, the others exist too.</summary>
    /// <param name="directory">The folder; created if missing.</param>
    /// <param name="runs">The runs. For several, the summary is <c>{ok, runs}</c> and their events follow one another.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not allow it.</exception>
    public void Write(string directory, IReadOnlyList<RunReport> runs) =>
        Write(directory, runs, runs.SelectMany(static run => run.Timeline), CreateSummary(runs));

    /// <summary>Writes the three files of runs that share a summary.</summary>
    /// <param name="directory">The folder; created if missing.</param>
    /// <param name="runs">The runs, for the page.</param>
    /// <param name="events">What happened, in order.</param>
    /// <param name="summary">A record of this module.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not allow it.</exception>
    internal void Write(string directory, IReadOnlyList<RunReport> runs, IEnumerable<RunEvent> events, object summary)
    {
        Directory.CreateDirectory(directory);
        AtomicFile.Write(Path.Combine(directory, PageFile), Encoding.UTF8.GetBytes(ReportPage.Render(runs)));
        RunRecord.Write(directory, events.Select(Timed), summary);
    }

    /// <summary>Checks whether the three files can be written, before the run costs money.</summary>
    /// <param name="directory">The folder; created if missing.</param>
    /// <exception cref="ArtifactFolderException">They cannot.</exception>
    public static void CheckWritable(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            foreach (var file in new[] { PageFile, RunRecord.EventsFile, RunRecord.SummaryFile })
            {
                AtomicFile.CheckWritable(Path.Combine(directory, file));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactFolderException(directory, failure);
        }
    }

    /// <summary>Writes the three files of a finished run. A failure to write does not change the outcome of the run.</summary>
    /// <param name="directory">The folder; created if missing.</param>
    /// <param name="run">The run.</param>
    /// <returns>Why the files could not be written, or null.</returns>
    internal ArtifactFolderException? TryWrite(string directory, RunReport run)
    {
        try
        {
            Write(directory, [run]);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new ArtifactFolderException(directory, failure);
        }
    }

    /// <summary>Writes JUnit XML.</summary>
    /// <param name="path">The file; its folder is created if missing.</param>
    /// <param name="runs">The runs, one test suite each.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not allow it.</exception>
    public static void WriteJUnit(string path, IReadOnlyList<RunReport> runs)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".");
        AtomicFile.Write(path, JUnitReport.Serialize(runs));
    }

    private static object CreateSummary(IReadOnlyList<RunReport> runs) => runs.Count == 1
        ? runs[0].Summary
        : new { Ok = runs.All(static run => run.Ok), Runs = runs.Select(static run => new { run.Title, run.Ok, run.RequestId, run.Summary }).ToArray() };

    private RunEvent Timed(RunEvent happened) =>
        happened.Ts > 0 ? happened : happened with { Ts = time.GetUtcNow().ToUnixTimeMilliseconds() };
}
