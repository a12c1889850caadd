using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using LightningOps.Files;

namespace LightningOps.Storage;

/// <summary>
/// Creates the store's file so that only its user can ever read it (0600, in a folder of 0700). SQLite gives its
/// journal files the mode of the store.
/// </summary>
internal static class StoreFile
{
    private const int UserOnlyFolder = 0x1C0; // 0700

    /// <summary>Creates the file and missing folders; existing ones stay unchanged.</summary>
    /// <exception cref="IOException">The path cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the path is denied.</exception>
    public static void EnsureExists(string path)
    {
        // SQLite follows a dangling link, and would create its target readable by everybody.
        var target = UnixFile.ResolveLink(path);
        var folder = Path.GetDirectoryName(target);
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            // The per-user data directory of Windows is private by its inherited access list.
            Directory.CreateDirectory(folder!);
            return;
        }

        MakeFolder(folder!);
        if (!File.Exists(target))
        {
            MakeFile(target);
        }
    }

    /// <summary>Creates missing folders of a file, for this user only.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
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

    // mkstemp creates a file of mode 0600. Moving it into place fails, instead of replacing, when another process was
    // first.
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
