using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using LightningOps.Json;

namespace LightningOps.Observability;

/// <summary>
/// Appends records to a file, one JSON object per line. Several sinks, also in other processes, can append to one
/// file: each line is complete. A full file is renamed to <c>name.1.jsonl</c>, that one to <c>name.2.jsonl</c>, and
/// so on.
/// </summary>
/// <remarks>
///  Writers alternate by a lock on <c>.name.jsonl.lock</c>, which the system releases when a process ends for any
/// reason. A killed writer leaves at most part of a line at the end. The next writer begins a new line, so that
/// readers can skip lines that do not parse. Readers need no lock.
/// </remarks>
public sealed class JsonLinesSink : IObservabilitySink
{
    private const byte LineFeed = (byte)'\n';

    private readonly string path;
    private readonly JsonLinesSinkOptions options;
    private readonly FileRotation rotation;

    /// <summary>A sink; nothing is opened yet.</summary>
    /// <param name="path">The file; its folder is created if missing.</param>
    /// <param name="options">Limits.</param>
    public JsonLinesSink(string path, JsonLinesSinkOptions? options = null)
    {
        this.path = System.IO.Path.GetFullPath(path);
        this.options = options ?? new JsonLinesSinkOptions();
        rotation = new FileRotation(this.path, this.options.Files);
    }

    /// <summary>The file, as a full path.</summary>
    public string Path => path;

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written, or was locked for too long.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder or the file is denied.</exception>
    public void Write(IReadOnlyList<ObservabilityRecord> records)
    {
        if (records.Count == 0)
        {
            return;
        }

        var lines = new Queue<byte[]>(records.Count);
        foreach (var record in records)
        {
            // JSON does not escape C1 and bidirectional control characters, and a reader may use cat in a terminal.
            lines.Enqueue(Encoding.UTF8.GetBytes(TerminalText.Clean(ArtifactJson.Serialize(record)) + "\n"));
        }

        var folder = System.IO.Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        using (FileLock.Wait(System.IO.Path.Combine(folder, "." + System.IO.Path.GetFileName(path) + ".lock"), options.LockTimeout))
        {
            while (lines.Count > 0)
            {
                Append(lines);
            }
        }
    }

    /// <summary>Appends as many lines as fit in the current file, at least one.</summary>
    private void Append(Queue<byte[]> lines)
    {
        var length = File.Exists(path) ? new FileInfo(path).Length : 0;
        if (length > 0 && length + lines.Peek().Length > options.MaxFileSize)
        {
            rotation.Rotate();
        }

        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        var end = file.Length;
        using var batch = new MemoryStream();
        if (EndsWithinLine(file))
        {
            batch.WriteByte(LineFeed);
        }

        do
        {
            var line = lines.Dequeue();
            batch.Write(line, 0, line.Length);
        }
        while (lines.Count > 0 && end + batch.Length + lines.Peek().Length <= options.MaxFileSize);

        WriteAt(file, end, batch);
    }

    /// <summary>On a full disk a part of the batch may be written; that part is removed.</summary>
    private static void WriteAt(FileStream file, long end, MemoryStream batch)
    {
        try
        {
            file.Seek(end, SeekOrigin.Begin);
            batch.WriteTo(file);
            file.Flush();
        }
        catch (IOException)
        {
            file.SetLength(end);
            throw;
        }
    }

    private static bool EndsWithinLine(FileStream file)
    {
        if (file.Length == 0)
        {
            return false;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != LineFeed;
    }
}

/// <summary>Maximum size of a record file, and number of files kept.</summary>
public sealed record JsonLinesSinkOptions
{
    /// <summary>Size from which a new file is begun, in bytes. A larger single record gets its own file.</summary>
    public long MaxFileSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>Maximum number of files, including the current one; the oldest is deleted. At least 1.</summary>
    public int Files { get; init; } = 8;

    /// <summary>Maximum wait while another writer holds the file.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
