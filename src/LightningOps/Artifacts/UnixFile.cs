using System;
using System.ComponentModel;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LightningOps.Artifacts;

/// <summary>
/// What .NET Standard does not say of Unix files. Modes and links are asked of the runtime where it knows them
/// (.NET 7 and 6 on): their layout in libc differs from one system to the next.
/// </summary>
internal static class UnixFile
{
    private const int OwnerOnly = 0x180;
    private const int PermissionBits = 0xfff;

    // errno: the same numbers on Linux and macOS.
    private const int OperationNotPermitted = 1;
    private const int NoSuchFile = 2;
    private const int PermissionDenied = 13;

    private static readonly MethodInfo? GetMode = typeof(File).GetMethod("GetUnixFileMode", new[] { typeof(string) });
    private static readonly MethodInfo? GetLinkTarget = typeof(File).GetMethod("ResolveLinkTarget", new[] { typeof(string), typeof(bool) });

    public static bool IsUnix { get; } = !RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    /// <summary>The file a symbolic link finally points to, existing or not; the path itself when it is no link.</summary>
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

    /// <summary>Creates a file that only its owner may read and write from its first moment on.</summary>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not allow it.</exception>
    public static FileStream CreatePrivate(string path)
    {
        // The handle is opened anew by the runtime, so that no child process inherits it.
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
    /// Gives a file its name, unless there is one of that name: of several processes that try at once, one does. File.Move
    /// looks and then renames on Unix, so that the last of them would win.
    /// </summary>
    /// <returns>False when there is one; the file then keeps its first name.</returns>
    /// <exception cref="IOException">The name cannot be given.</exception>
    public static bool TryTakeName(string from, string to)
    {
        if (IsUnix && Link(from, to) == 0)
        {
            File.Delete(from);
            return true;
        }

        // Without hard links, and on Windows, where it does not replace.
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

    /// <summary>Gives a file the mode of another; on a runtime that cannot tell it, the file keeps its own.</summary>
    /// <exception cref="IOException">The mode cannot be set.</exception>
    /// <exception cref="UnauthorizedAccessException">The mode may not be set.</exception>
    public static void CopyMode(string from, string to)
    {
        if (Invoke(GetMode, from) is { } mode && Chmod(to, Convert.ToInt32(mode, System.Globalization.CultureInfo.InvariantCulture) & PermissionBits) != 0)
        {
            throw Failure(to);
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
        var message = "Cannot write " + path + ": " + cause.Message;
        return cause.NativeErrorCode switch
        {
            OperationNotPermitted or PermissionDenied => new UnauthorizedAccessException(message, cause),
            NoSuchFile => new DirectoryNotFoundException(message, cause),
            _ => new IOException(message, cause),
        };
    }

    [DllImport("libc", EntryPoint = "creat", SetLastError = true)]
    private static extern int Creat([MarshalAs(UnmanagedType.LPStr)] string path, int mode);

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    private static extern int Link([MarshalAs(UnmanagedType.LPStr)] string from, [MarshalAs(UnmanagedType.LPStr)] string to);

    [DllImport("libc", EntryPoint = "chmod", SetLastError = true)]
    private static extern int Chmod([MarshalAs(UnmanagedType.LPStr)] string path, int mode);
}
