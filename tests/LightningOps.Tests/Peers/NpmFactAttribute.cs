using System;
using System.IO;
using System.Linq;
using LightningOps.Tests.Docs;
using Xunit;

namespace LightningOps.Tests.Peers;

/// <summary>A test with packages of npm, which tests/peers/install.sh brings; skipped, and said to be not run, where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NpmFactAttribute : FactAttribute
{
    public NpmFactAttribute() => Skip = FindReason();

    internal static string Folder => Path.Combine(Repository.Root, "tests", "peers");

    internal static string? FindReason() =>
        !(Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node")) || File.Exists(Path.Combine(folder, "node.exe")))
            ? "not run: node is not here"
        : !File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json"))
            ? "not run: the packages are not installed (tests/peers/install.sh)"
        : null;
}
