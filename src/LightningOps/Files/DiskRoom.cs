using System;
using System.IO;

namespace LightningOps.Files;

/// <summary>How much a file may still grow while its volume keeps some free space.</summary>
internal static class DiskRoom
{
    /// <summary>Bytes that stay free; a tenth of a smaller volume.</summary>
    public const long MaxReserve = 1L << 30;

    /// <summary>Bytes that can be written to a file; unlimited for a device or a pipe, and if the system does not report it.</summary>
    public static long Find(string path)
    {
        try
        {
            if (UnixFileStatus.Find(path) is { IsRegular: false })
            {
                return long.MaxValue;
            }

            var folder = Path.GetDirectoryName(UnixFile.ResolveLink(Path.GetFullPath(path)))!;
            var volume = new DriveInfo(UnixFile.IsUnix ? folder : Path.GetPathRoot(folder)!);
            return volume.TotalSize <= 0 ? long.MaxValue : Calculate(volume.AvailableFreeSpace, volume.TotalSize);
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }

    /// <summary>The free space without the reserve.</summary>
    public static long Calculate(long free, long size) => Math.Max(0, free - Math.Min(MaxReserve, size / 10));
}
