using System;
using System.IO;

namespace LightningOps.Shell;

/// <summary>Finds the module the build lays out: beside the program, or in artifacts/module of a folder above it.</summary>
internal static class StagedModule
{
    private static readonly string Manifest = Path.Combine("LightningOps", "LightningOps.psd1");

    /// <summary>Path of the manifest, or null.</summary>
    public static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var beside = Path.Combine(folder.FullName, Manifest);
            var built = Path.Combine(folder.FullName, "artifacts", "module", Manifest);
            if (File.Exists(built))
            {
                return built;
            }

            if (File.Exists(beside))
            {
                return beside;
            }
        }

        return null;
    }
}
