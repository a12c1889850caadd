using System;
using System.IO;
using System.Threading;

namespace LightningOps.Gateway.Loopback;

/// <summary>Polls a file for changes. A file system watcher is not used, because not every file system reports changes.</summary>
internal sealed class ConfigWatch : IDisposable
{
    private readonly string path;
    private readonly Action changed;
    private readonly ITimer timer;
    private (DateTime Written, long Length) seen;
    private int isLooking;

    public ConfigWatch(string path, TimeSpan interval, TimeProvider time, Action changed)
    {
        this.path = path;
        this.changed = changed;
        seen = GetStamp();
        timer = time.CreateTimer(static state => ((ConfigWatch)state!).CheckForChange(), this, interval, interval);
    }

    public void Dispose() => timer.Dispose();

    private void CheckForChange()
    {
        if (Interlocked.Exchange(ref isLooking, 1) == 1)
        {
            return;
        }

        var stamp = GetStamp();
        if (stamp != seen)
        {
            seen = stamp;
            changed();
        }

        Volatile.Write(ref isLooking, 0);
    }

    private (DateTime Written, long Length) GetStamp()
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
