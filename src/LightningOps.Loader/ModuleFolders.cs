using System.IO;

namespace LightningOps.Loader;

/// <summary>Where the assemblies of the module are.</summary>
internal static class ModuleFolders
{
    /// <summary>Folder of the manifest.</summary>
    public static string Root { get; } = Path.GetDirectoryName(typeof(ModuleFolders).Assembly.Location) ?? string.Empty;

    /// <summary>LightningOps.dll and the third-party assemblies no framework carries.</summary>
    public static string Library { get; } = Path.Combine(Root, "lib");

    /// <summary>What .NET 8 carries itself: for Windows PowerShell 5.1 and frameworks whose own copy is too old.</summary>
    public static string Framework { get; } = Path.Combine(Library, "framework");

    /// <summary>The file of an assembly in a folder, or null when it is not there.</summary>
    public static string? FindAssembly(string folder, string? simpleName)
    {
        if (string.IsNullOrEmpty(simpleName))
        {
            return null;
        }

        var path = Path.Combine(folder, simpleName + ".dll");
        return File.Exists(path) ? path : null;
    }
}
