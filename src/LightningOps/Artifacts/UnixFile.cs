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

    /// <summary>Gives a file the mode of another; on a runtime that cannot tell it, the file keeps its own.</summary>
    /// <exception cref="IOException">The mode cannot be set.</exception>
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

    private static IOException Failure(string path)
    {
        var cause = new Win32Exception(Marshal.GetLastWin32Error());
        return new IOException("Cannot write " + path + ": " + cause.Message, cause);
    }

    [DllImport("libc", EntryPoint = "creat", SetLastError = true)]
    private static extern int Creat([MarshalAs(UnmanagedType.LPStr)] string path, int mode);

    [DllImport("libc", EntryPoint = "chmod", SetLastError = true)]
    private static extern int Chmod([MarshalAs(UnmanagedType.LPStr)] string path, int mode);
}
