using System;
using System.IO;
using System.Linq;
using Xunit;

namespace LightningOps.Tests.Support;

/// <summary>A test that needs programs of the machine; where one is missing it is skipped, which is said. tests/install-peers.sh installs them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(params string[] programs)
    {
        if (programs.FirstOrDefault(static program => Find(program) is null) is { } missing)
        {
            Skip = "not run: " + missing + " is not installed (tests/install-peers.sh).";
        }
    }

    /// <summary>Path of a program; null where it is not installed.</summary>
    public static string? Find(string program) =>
        OperatingSystem.IsWindows() ? null : (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Where(static folder => folder.Length > 0).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
