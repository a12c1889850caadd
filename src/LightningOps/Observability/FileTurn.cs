using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using LightningOps.Files;

namespace LightningOps.Observability;

/// <summary>A turn among all who write a file, in this process or another; ended by disposing it or by the end of the process.</summary>
internal static class FileTurn
{
    private const int LongestPauseMs = 16;

    /// <summary>Waits for a turn.</summary>
    /// <param name="lockFile">The file that is locked; made when it lacks, and left behind.</param>
    /// <param name="limit">How long to wait.</param>
    /// <exception cref="IOException">Others held it for longer, or it cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written.</exception>
    public static IDisposable Wait(string lockFile, TimeSpan limit)
    {
        if (UnixFileStatus.FindItself(lockFile) is { IsRegular: false })
        {
            throw new IOException(lockFile + " is no regular file, and is not used as a lock: remove it.");
        }

        var waited = Stopwatch.StartNew();
        for (var pause = 1; ; pause = Math.Min(2 * pause, LongestPauseMs))
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
