using System.IO;

namespace LightningOps.Loader;

/// <summary>Folders of the module's assemblies.</summary>
internal static class ModuleFolders
{
    /// <summary>Folder of the manifest.</summary>
    public static string Root { get; } = Path.GetDirectoryName(typeof(ModuleFolders).Assembly.Location) ?? string.Empty;

    /// <summary>LightningOps.dll and third-party assemblies that no framework includes.</summary>
    public static string Library { get; } = Path.Combine(Root, "lib");

    /// <summary>Assemblies that .NET 8 includes, for Windows PowerShell 5.1 and frameworks with older copies.</summary>
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
