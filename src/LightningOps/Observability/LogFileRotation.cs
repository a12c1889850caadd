using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using LightningOps.Files;

namespace LightningOps.Observability;

/// <summary>Rotates the files of a log: name.jsonl to name.1.jsonl, name.1.jsonl to name.2.jsonl; the last one is deleted.</summary>
internal sealed class FileRotation
{
    private readonly string path;
    private readonly int files;

    /// <param name="path">The current file.</param>
    /// <param name="files">Maximum number of files, including the current one.</param>
    public FileRotation(string path, int files)
    {
        this.path = path;
        this.files = Math.Max(1, files);
    }

    /// <summary>Makes room for a new current file. A gap left by a killed rotation does no harm.</summary>
    public void Rotate()
    {
        File.Delete(GetPath(files - 1));
        for (var age = files - 2; age >= 0; age--)
        {
            if (File.Exists(GetPath(age)))
            {
                File.Move(GetPath(age), GetPath(age + 1));
            }
        }
    }

    private string GetPath(int age) => age == 0
        ? path
        : Path.ChangeExtension(path, age.ToString(CultureInfo.InvariantCulture) + Path.GetExtension(path));
}

/// <summary>A lock among all writers of a file, in this process or others; released by disposal or by the end of the process.</summary>
internal static class FileLock
{
    private const int MaxPauseMs = 16;

    /// <summary>Waits for the lock.</summary>
    /// <param name="lockFile">The lock file; created if missing, and left behind.</param>
    /// <param name="limit">Maximum wait.</param>
    /// <exception cref="IOException">The file was locked for longer, or cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static IDisposable Wait(string lockFile, TimeSpan limit)
    {
        if (UnixFileStatus.FindItself(lockFile) is { IsRegular: false })
        {
            throw new IOException(lockFile + " is not a regular file and cannot be used as a lock. Remove it.");
        }

        var waited = Stopwatch.StartNew();
        for (var pause = 1; ; pause = Math.Min(2 * pause, MaxPauseMs))
        {
            try
            {
                return new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            }
            catch (IOException) when (File.Exists(lockFile) && waited.Elapsed < limit)
            {
                Thread.Sleep(pause);
            }
        }
    }
}
