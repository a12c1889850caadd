using System;
using System.ComponentModel;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace LightningOps.Files;

/// <summary>
/// Unix file functions that .NET Standard lacks. Modes and links use the runtime's functions if it has them (.NET 7
/// and 6), because their layout in libc differs between systems.
/// </summary>
internal static class UnixFile
{
    private const int OwnerOnly = 0x180;
    private const int StickyBit = 0x200;

    // errno: the same numbers on Linux and macOS.
    private const int OperationNotPermitted = 1;
    private const int NoSuchFile = 2;
    private const int PermissionDenied = 13;
    private const int Busy = 16;
    private const int OtherDevice = 18;

    // access(2).
    private const int ReadAccess = 4;
    private const int WriteAccess = 2;
    private const int SearchAccess = 1;

    // realpath(3) writes at most PATH_MAX bytes: 4096 on Linux, 1024 on macOS.
    private const int MaxPathBytes = 4097;

    private const int WriteOnly = 1;
    private const int LinuxNonBlocking = 0x800;
    private const int MacNonBlocking = 4;

    private static readonly MethodInfo? GetLinkTarget = typeof(File).GetMethod("ResolveLinkTarget", new[] { typeof(string), typeof(bool) });

    public static bool IsUnix { get; } = !RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    /// <summary>Effective user id of this process; 0 is root.</summary>
    public static int UserId => IsUnix ? GetEffectiveUserId() : 0;

    /// <summary>Whether the path itself is a regular file, not a link, device or pipe.</summary>
    public static bool IsRegular(string path) => IsUnix && UnixFileStatus.FindItself(path) is { } status ? status.IsRegular : File.Exists(path);

    /// <summary>Renames a file. An existing target is replaced; for a link, the link itself.</summary>
    /// <exception cref="FileInUseException">Something is mounted on the target.</exception>
    /// <exception cref="IOException">The file cannot be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not allow it.</exception>
    public static void Rename(string from, string to)
    {
        if (RenameFile(from, to) != 0)
        {
            throw Marshal.GetLastWin32Error() is Busy or OtherDevice ? new FileInUseException(to) : Failure(to);
        }
    }

    /// <summary>
    /// Holds a pipe open for writing without waiting; null when it has no reader. The reader sees no end of file
    /// while the handle is open.
    /// </summary>
    public static SafeFileHandle? HoldForReader(string pipe)
    {
        var handle = new SafeFileHandle((IntPtr)OpenFile(pipe, WriteOnly | (RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? LinuxNonBlocking : MacNonBlocking)), ownsHandle: true);
        if (!handle.IsInvalid)
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }

    /// <summary>The final target of a symbolic link, existing or not; the path itself when it is not a link.</summary>
    public static string ResolveLink(string path)
    {
        try
        {
            return Invoke(GetLinkTarget, path, true) is FileSystemInfo target ? target.FullName : path;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return path;
        }
    }

    /// <summary>
    /// The one absolute path of a file that may have several names: without a symbolic link in any of its folders. For
    /// a missing file, the final target of the path itself.
    /// </summary>
    public static string ResolvePath(string path)
    {
        var full = Path.GetFullPath(path);
        var resolved = new byte[MaxPathBytes];
        return IsUnix && RealPath(full, resolved) != IntPtr.Zero
            ? Encoding.UTF8.GetString(resolved, 0, Array.IndexOf(resolved, (byte)0))
            : ResolveLink(full);
    }

    /// <summary>The absolute target of a symbolic link, existing or not; null when the path is not a link.</summary>
    public static string? ReadLink(string path)
    {
        try
        {
            return Invoke(GetLinkTarget, path, false) is FileSystemInfo target ? target.FullName : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Creates a file that only its owner can ever read and write.</summary>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not allow it.</exception>
    public static FileStream CreatePrivate(string path)
    {
        // The runtime opens the handle again, so that no child process inherits it.
        using (var created = new SafeFileHandle((IntPtr)Creat(path, OwnerOnly), ownsHandle: true))
        {
            if (created.IsInvalid)
            {
                throw Failure(path);
            }
        }

        return new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None);
    }

    /// <summary>
    /// Renames a file unless the target exists. If several processes try at once, one succeeds. On Unix File.Move
    /// checks and then renames, so the last one would win.
    /// </summary>
    /// <returns>False when the target exists; the file then keeps its name.</returns>
    /// <exception cref="IOException">The file cannot be renamed.</exception>
    public static bool TryTakeName(string from, string to)
    {
        if (IsUnix && Link(from, to) == 0)
        {
            File.Delete(from);
            return true;
        }

        // Without hard links, and on Windows, where the target is not replaced.
        try
        {
            if (File.Exists(to))
            {
                return false;
            }

            File.Move(from, to);
            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }
    }

    private static object? Invoke(MethodInfo? method, params object[] arguments)
    {
        try
        {
            return method?.Invoke(null, arguments);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(inner).Throw();
            throw;
        }
    }

    private static Exception Failure(string path)
    {
        var cause = new Win32Exception(Marshal.GetLastWin32Error());
        var message = "Cannot write " + path + ": " + cause.Message + (IsInStickyFolder(path, cause) ? ". In its folder (sticky bit) only the owner of a file may replace it." : string.Empty);
        return cause.NativeErrorCode switch
        {
            OperationNotPermitted or PermissionDenied => new UnauthorizedAccessException(message, cause),
            NoSuchFile => new DirectoryNotFoundException(message, cause),
            _ => new IOException(message, cause),
        };
    }

    private static bool IsInStickyFolder(string path, Win32Exception cause) =>
        cause.NativeErrorCode is OperationNotPermitted or PermissionDenied && IsKeptBySticky(path);

    /// <summary>Whether a file is in a folder where only its owner may replace it.</summary>
    public static bool IsKeptBySticky(string path) =>
        IsUnix
        && File.Exists(path)
        && UnixFileStatus.Find(Path.GetDirectoryName(path) ?? ".") is { } folder
        && (folder.Mode & StickyBit) != 0;

    [DllImport("libc", EntryPoint = "creat", SetLastError = true)]
    private static extern int Creat([MarshalAs(UnmanagedType.LPStr)] string path, int mode);

    /// <summary>
    /// The file or folder on the way to a path that keeps this account from opening it, or from making it there: the first
    /// that may not be read, written or searched. Null where the permissions are not the cause, or not on Unix.
    /// </summary>
    public static string? FindDenied(string path)
    {
        if (!IsUnix)
        {
            return null;
        }

        if (Access(path, 0) == 0)
        {
            return Access(path, ReadAccess | WriteAccess) != 0 ? path : FindDeniedFolder(Path.GetDirectoryName(path));
        }

        var folder = Path.GetDirectoryName(path);
        while (folder is { Length: > 0 } && Access(folder, 0) != 0)
        {
            folder = Path.GetDirectoryName(folder);
        }

        return FindDeniedFolder(folder);
    }

    private static string? FindDeniedFolder(string? folder) => folder is { Length: > 0 } && Access(folder, WriteAccess | SearchAccess) != 0 ? folder : null;

    [DllImport("libc", EntryPoint = "access", SetLastError = true)]
    private static extern int Access([MarshalAs(UnmanagedType.LPStr)] string path, int rights);

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern int GetEffectiveUserId();

    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    private static extern int RenameFile([MarshalAs(UnmanagedType.LPStr)] string from, [MarshalAs(UnmanagedType.LPStr)] string to);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int OpenFile([MarshalAs(UnmanagedType.LPStr)] string path, int flags);

    [DllImport("libc", EntryPoint = "realpath", SetLastError = true)]
    private static extern IntPtr RealPath([MarshalAs(UnmanagedType.LPStr)] string path, [Out] byte[] resolved);

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    private static extern int Link([MarshalAs(UnmanagedType.LPStr)] string from, [MarshalAs(UnmanagedType.LPStr)] string to);
}
