using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace LightningOps.Artifacts;

/// <summary>Writes what a run did and how it ended: events.jsonl and summary.json, each whole or not at all.</summary>
public static class RunRecord
{
    /// <summary>Name of the events' file.</summary>
    public const string EventsFile = "events.jsonl";

    /// <summary>Name of the summary's file.</summary>
    public const string SummaryFile = "summary.json";

    /// <summary>Writes both files into a folder, made when it lacks; the summary last, so that where it stands the events stand too.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="events">What happened so far, in order; also when the run failed.</param>
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
