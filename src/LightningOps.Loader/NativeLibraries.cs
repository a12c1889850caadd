using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;

namespace LightningOps.Loader;

/// <summary>Native libraries under lib/runtimes/&lt;rid&gt;/native, the one of this machine first.</summary>
internal static class NativeLibraries
{
    /// <summary>Possible files of the library, best first; they need not exist.</summary>
    /// <param name="name">Name in the import, for example <c>e_sqlite3</c>.</param>
    public static IEnumerable<string> Candidates(string name)
    {
        var file = FileName(name);
        foreach (var platform in Platforms())
        {
            yield return Path.Combine(ModuleFolders.Library, "runtimes", platform + "-" + Architecture, "native", file);
        }
    }

    private static string Architecture => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "x64",
        System.Runtime.InteropServices.Architecture.X86 => "x86",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.Arm => "arm",
        _ => "unknown",
    };

    private static bool IsMusl => Directory.Exists("/lib") && Directory.GetFiles("/lib", "ld-musl-*").Length > 0;

    private static IEnumerable<string> Platforms()
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            return new[] { "win" };
        }

        if (RuntimeInformation.IsOSPlatform(OSPlatform.OSX))
        {
            return new[] { "osx" };
        }

        return IsMusl ? new[] { "linux-musl", "linux" } : new[] { "linux", "linux-musl" };
    }

    private static string FileName(string name)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            return name + ".dll";
        }

        return RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "lib" + name + ".dylib" : "lib" + name + ".so";
    }
}
