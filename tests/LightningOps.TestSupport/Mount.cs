using System;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace LightningOps.Tests.Support;

/// <summary>Something mounted on a path until it is disposed.</summary>
public sealed class Mount : IDisposable
{
    private const string Filler = "filler";
    private readonly string place;

    private Mount(string place, params string[] arguments)
    {
        this.place = place;
        Run("mount", [.. arguments, place]);
    }

    /// <summary>One file on another, as a container has it from its host.</summary>
    public static Mount File(string file, string place) => new(place, "--bind", file);

    /// <summary>A disk of that size.</summary>
    public static Mount Memory(string place, string size) => new(place, "-t", "tmpfs", "-o", "size=" + size, "tmpfs");

    /// <summary>The files of a folder on a disk without room.</summary>
    public static Mount Full(string folder)
    {
        var kept = Directory.GetFiles(folder).Select(static path => (Path: path, Bytes: System.IO.File.ReadAllBytes(path))).ToArray();
        var disk = Memory(folder, "256k");
        foreach (var (path, bytes) in kept)
        {
            System.IO.File.WriteAllBytes(path, bytes);
        }

        try
        {
            using var filler = new FileStream(Path.Combine(folder, Filler), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (true)
            {
                filler.Write(new byte[512]);
            }
        }
        catch (IOException)
        {
            return disk;
        }
    }

    /// <summary>Makes room on a disk that was filled.</summary>
    public static void Free(string folder) => System.IO.File.Delete(Path.Combine(folder, Filler));

    /// <summary>A folder once more, in which nothing can be written.</summary>
    public static Mount ReadOnly(string folder, string place)
    {
        var mount = new Mount(place, "--bind", folder);
        Run("mount", "-o", "remount,bind,ro", place);
        return mount;
    }

    // SQLite releases its files when the last statement is finalized, so the unmount is lazy.
    public void Dispose() => Run("umount", "-l", place);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(program + ": " + error);
        }
    }
}
