using System;
using System.Globalization;
using System.IO;
using System.Linq;
using LightningOps.Files;

namespace LightningOps.Leases;

/// <summary>The process that holds the lock of a file, if the system reports it (Linux, /proc/locks).</summary>
internal static class LockOwner
{
    private const string Locks = "/proc/locks";
    private const int KindColumn = 1;
    private const int ProcessColumn = 4;
    private const int FileColumn = 5;

    /// <summary>Its process id; null when nobody holds it, or it is unknown.</summary>
    public static int? Find(string path)
    {
        try
        {
            return UnixFileStatus.Find(path) is { Inode: > 0 } status && File.Exists(Locks)
                ? File.ReadAllLines(Locks).Select(line => FindProcess(line, status.Inode)).FirstOrDefault(process => process is not null)
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // 1: FLOCK  ADVISORY  WRITE 4711 08:01:131090 0 EOF
    private static int? FindProcess(string line, ulong inode)
    {
        var columns = line.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries);
        return columns.Length > FileColumn
            && columns[KindColumn] == "FLOCK"
            && columns[FileColumn].EndsWith(":" + inode.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            && int.TryParse(columns[ProcessColumn], NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && process > 0
                ? process
                : null;
    }
}
