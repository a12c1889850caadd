using System;
using System.IO;
using System.Linq;
using System.Reflection;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>Where the build put things.</summary>
internal static class Places
{
    public static string Module => Told("StagedModule");

    public static string Manifest => Path.Combine(Module, "LightningOps.psd1");

    public static string Shell => Told("Shell");

    public static string StandIns => Told("StandIns");

    public static string Repository => Told("Repository");

    public static string Equivalents => Path.Combine(Repository, "docs", "equivalents.md");

    public static string OtherYamlDotNet => Path.Combine(AppContext.BaseDirectory, "OtherModule", "YamlDotNet.dll");

    public static string Vector(string name) => Path.Combine(AppContext.BaseDirectory, "Vectors", name);

    private static string Told(string key) => typeof(Places).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
