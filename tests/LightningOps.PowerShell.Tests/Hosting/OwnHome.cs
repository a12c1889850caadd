using System;
using System.IO;
using System.Runtime.CompilerServices;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>A data directory of this run, for the programs it starts too: the stores of whoever runs the tests are left alone.</summary>
internal static class OwnHome
{
    /// <summary>The variable that names a user's data directory where there are such variables.</summary>
    public const string Variable = "XDG_DATA_HOME";

    [ModuleInitializer]
    internal static void Move()
    {
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
        {
            return;
        }

        var folder = Directory.CreateTempSubdirectory("lightningops-data-");
        Environment.SetEnvironmentVariable(Variable, folder.FullName);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(folder);
    }

    private static void Remove(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A program that is still ending writes there, which is not a failure of the tests.
        }
    }
}
