using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace LightningOps.Tests.Docs;

/// <summary>The files of the repository that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] TextExtensions =
        [".cs", ".ps1", ".psm1", ".psd1", ".ps1xml", ".md", ".csproj", ".props", ".targets", ".sln", ".yml", ".txt", ".example", ".css"];

    private static readonly string[] BuildFolders = ["bin", "obj", "artifacts", "output", "TestResults", "Vectors", "node_modules"];

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Path of a file or folder, given with slashes.</summary>
    public static string GetPath(string relative) => Path.Combine(Root, relative.Replace('/', Path.DirectorySeparatorChar));

    public static string Read(string relative) => File.ReadAllText(GetPath(relative));

    public static bool IsFolder(string relative) => Directory.Exists(GetPath(relative));

    /// <summary>Names of the folders in a folder, in order; no build output.</summary>
    public static IReadOnlyList<string> ChildFolders(string folder) =>
        Directory.EnumerateDirectories(GetPath(folder)).Select(static path => Path.GetFileName(path)).Where(static name => !BuildFolders.Contains(name)).OrderBy(static name => name, StringComparer.Ordinal).ToArray();

    /// <summary>Paths of the text files below some folders, relative to the root and with slashes; no build output, no recorded data.</summary>
    public static IEnumerable<string> TextFiles(params string[] folders) =>
        folders.SelectMany(folder => Below(GetPath(folder))).Where(IsText).Select(Relative).OrderBy(static path => path, StringComparer.Ordinal);

    /// <summary>Paths of the text files beside the solution.</summary>
    public static IEnumerable<string> RootTextFiles() => Directory.EnumerateFiles(Root).Where(IsText).Select(Relative);

    private static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            Directory.EnumerateDirectories(folder).Where(static child => !BuildFolders.Contains(Path.GetFileName(child))).SelectMany(Below));

    private static bool IsText(string path) => TextExtensions.Contains(Path.GetExtension(path));

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LightningOps.PowerShell.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("No folder above " + AppContext.BaseDirectory + " has LightningOps.PowerShell.sln.");
    }
}
