using System;
using System.IO;
using System.Linq;
using System.Reflection;

namespace LightningOps.Pester.Tests;

/// <summary>Where the build and the restore put things.</summary>
internal static class Places
{
    /// <summary>Folder of the spec files.</summary>
    public static string Specs => Read("Specs");

    /// <summary>Folder of the staged module.</summary>
    public static string Module => Read("StagedModule");

    /// <summary>Manifest of Pester.</summary>
    public static string Pester => Read("Pester");

    /// <summary>The program of the .NET tool package, which the dotnet host runs.</summary>
    public static string Pwsh => Path.Combine(Read("PowerShell"), OperatingSystem.IsWindows() ? "win" : "unix", "pwsh.dll");

    private static string Read(string key) => typeof(Places).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
