using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using LightningOps.Files;

namespace LightningOps.Storage;

/// <summary>
/// Makes the store's file so that only its user can read it (0600, in a folder of 0700): on Unix it has that mode from
/// its first moment. SQLite gives its journal files the mode of the store.
/// </summary>
internal static class StoreFile
{
    private const int UserOnlyFolder = 0x1C0; // 0700

    /// <summary>Makes the file and the folders that lack; leaves what is there as it is.</summary>
    /// <exception cref="IOException">The path cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The path may not be used.</exception>
    public static void EnsureExists(string path)
    {
        // SQLite follows a link that leads to nothing, and would make what it names for everybody to read.
        var target = UnixFile.ResolveLink(path);
        var folder = Path.GetDirectoryName(target);
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            // The per-user data directory of Windows is the user's alone by its inherited access list.
            Directory.CreateDirectory(folder!);
            return;
        }

        MakeFolder(folder!);
        if (!File.Exists(target))
        {
            MakeFile(target);
        }
    }

    /// <summary>Makes the folders of a file that lack, for this user only.</summary>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public static void EnsureFolder(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            Directory.CreateDirectory(folder);
            return;
        }

        MakeFolder(folder);
    }

    private static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder);
        if (parent is not null)
        {
            MakeFolder(parent);
        }

        if (mkdir(Terminated(folder), UserOnlyFolder) != 0 && !Directory.Exists(folder))
        {
            throw new IOException("The folder " + folder + " cannot be created.");
        }
    }

    // mkstemp makes a file of mode 0600; moving it into place fails, rather than replaces, when another process was first.
    private static void MakeFile(string path)
    {
        var template = Terminated(path + ".XXXXXX");
        var file = mkstemp(template);
        if (file < 0)
        {
            throw new UnauthorizedAccessException("Cannot create a file in the folder of " + path + ".");
        }

        _ = close(file);
        var made = Encoding.UTF8.GetString(template, 0, template.Length - 1);
        if (!UnixFile.TryTakeName(made, path))
        {
            File.Delete(made);
        }
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + "\0");

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int mkdir(byte[] path, int mode);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int mkstemp([In, Out] byte[] template);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int file);
}
