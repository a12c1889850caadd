using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;

namespace LightningOps.Shell;

/// <summary>The staged module, copied for this process, so that an open session never locks files of the next build.</summary>
internal sealed class ModuleCopy : IDisposable
{
    private readonly DirectoryInfo folder;

    private ModuleCopy(DirectoryInfo folder) => this.folder = folder;

    /// <summary>Folder for PSModulePath.</summary>
    public string ModulePath => folder.FullName;

    /// <summary>The manifest to import.</summary>
    public string Manifest => Path.Combine(folder.FullName, "LightningOps", "LightningOps.psd1");

    /// <summary>Copies the module this Shell was built with, and removes the copies of processes that have ended.</summary>
    public static ModuleCopy Create()
    {
        var staged = new DirectoryInfo(typeof(ModuleCopy).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static place => place.Key == "StagedModule").Value!);
        var copies = Directory.CreateDirectory(Path.Combine(staged.Parent!.Parent!.Parent!.FullName, "shell"));
        foreach (var left in copies.EnumerateDirectories().Where(static copy => !IsRunning(copy.Name)))
        {
            Remove(left);
        }

        var folder = copies.CreateSubdirectory(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        foreach (var file in staged.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder.FullName, "LightningOps", Path.GetRelativePath(staged.FullName, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            file.CopyTo(copy, overwrite: true);
        }

        return new ModuleCopy(folder);
    }

    public void Dispose() => Remove(folder);

    private static bool IsRunning(string process)
    {
        try
        {
            using var running = Process.GetProcessById(int.Parse(process, CultureInfo.InvariantCulture));
            return true;
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static void Remove(DirectoryInfo copy)
    {
        try
        {
            copy.Delete(recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Windows keeps the assemblies of a process until its end; the next Shell removes them.
        }
    }
}
