using System;
using System.Runtime.InteropServices;

namespace LightningOps.Files;

/// <summary>Kind and owner of a Unix path, and whether something is mounted on it.</summary>
internal sealed record UnixFileStatus
{
    private const int KindBits = 0xF000;
    private const int Pipe = 0x1000;
    private const int CharacterDevice = 0x2000;
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;

    // linux/stat.h: the layout of statx is the same on every architecture.
    private const int FromCurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStatus = 0x7FF;
    private const ulong IsMounted = 0x2000;
    private const int StatusBytes = 256;

    private UnixFileStatus(int mode, int userId, int groupId)
    {
        Mode = mode;
        UserId = userId;
        GroupId = groupId;
    }

    /// <summary>Kind and permissions, as in st_mode.</summary>
    public int Mode { get; }

    public int UserId { get; }

    public int GroupId { get; }

    /// <summary>Whether something is mounted on the path itself; false if the system does not report it.</summary>
    public bool IsMountPoint { get; private init; }

    /// <summary>Number of names of the file (hard links); 1 if the system does not report it.</summary>
    public uint LinkCount { get; private init; } = 1;

    /// <summary>Inode number; 0 if not requested.</summary>
    public ulong Inode { get; private init; }

    /// <summary>Number of its file system; 0 where it is not asked.</summary>
    public ulong Device { get; private init; }

    /// <summary>When content, owner, mode or name last changed, nanoseconds since 1970: nobody sets it, unlike the time of the last write.</summary>
    public long ChangedAt { get; private init; }

    public bool IsRegular => (Mode & KindBits) == Regular;

    public bool IsFolder => (Mode & KindBits) == Folder;

    public bool IsPipe => (Mode & KindBits) == Pipe;

    public bool IsCharacterDevice => (Mode & KindBits) == CharacterDevice;

    /// <summary>The status of the target of a path; null when there is none, or the system does not report it.</summary>
    public static UnixFileStatus? Find(string path) => Find(path, follow: true);

    /// <summary>The status of the path itself, even of a link; null when there is none, or the system does not report it.</summary>
    public static UnixFileStatus? FindItself(string path) => Find(path, follow: false);

    private static UnixFileStatus? Find(string path, bool follow)
    {
        if (!UnixFile.IsUnix)
        {
            return null;
        }

        var status = new byte[StatusBytes];
        try
        {
            return RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? FindOnLinux(path, follow, status) : FindByRuntime(path, follow, status);
        }
        catch (Exception failure) when (failure is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    private static UnixFileStatus? FindOnLinux(string path, bool follow, byte[] status) =>
        Statx(FromCurrentFolder, path, follow ? 0 : NoFollow, BasicStatus, status) != 0
            ? null
            : new UnixFileStatus(BitConverter.ToUInt16(status, 28), BitConverter.ToInt32(status, 20), BitConverter.ToInt32(status, 24))
            {
                LinkCount = BitConverter.ToUInt32(status, 16),
                Inode = BitConverter.ToUInt64(status, 32),
                Device = BitConverter.ToUInt64(status, 136),
                ChangedAt = ToNanoseconds(BitConverter.ToInt64(status, 96), BitConverter.ToUInt32(status, 104)),
                IsMountPoint = (BitConverter.ToUInt64(status, 8) & BitConverter.ToUInt64(status, 56) & IsMounted) != 0,
            };

    // The structure of stat differs between Unix systems; the runtime's native library has one for all.
    private static UnixFileStatus? FindByRuntime(string path, bool follow, byte[] status) =>
        (follow ? RuntimeStat(path, status) : RuntimeLStat(path, status)) != 0
            ? null
            : new UnixFileStatus(BitConverter.ToInt32(status, 4), BitConverter.ToInt32(status, 8), BitConverter.ToInt32(status, 12))
            {
                ChangedAt = ToNanoseconds(BitConverter.ToInt64(status, 56), BitConverter.ToInt64(status, 64)),
            };

    private static long ToNanoseconds(long seconds, long nanoseconds) => unchecked((seconds * 1_000_000_000) + nanoseconds);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPStr)] string path, int flags, uint mask, [Out] byte[] status);

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat", SetLastError = true)]
    private static extern int RuntimeStat([MarshalAs(UnmanagedType.LPStr)] string path, [Out] byte[] status);

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_LStat", SetLastError = true)]
    private static extern int RuntimeLStat([MarshalAs(UnmanagedType.LPStr)] string path, [Out] byte[] status);
}
