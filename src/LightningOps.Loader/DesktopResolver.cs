using System;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;

namespace LightningOps.Loader;

/// <summary>
/// Windows PowerShell 5.1 has no load contexts: assemblies that the session does not find come from the module's
/// folders. Not covered by the tests, which run on .NET.
/// </summary>
internal sealed class DesktopResolver : IDisposable
{
    private const string NativeLibrary = "e_sqlite3";
    private const string NativeCaller = "SQLitePCLRaw.provider." + NativeLibrary;

    private DesktopResolver() => AppDomain.CurrentDomain.AssemblyResolve += Resolve;

    /// <summary>Begins to resolve all assemblies of the module.</summary>
    public static IDisposable Hook() => new DesktopResolver();

    public void Dispose() => AppDomain.CurrentDomain.AssemblyResolve -= Resolve;

    private static Assembly? Resolve(object? sender, ResolveEventArgs args)
    {
        if (args.RequestingAssembly is { } asking && !IsOurs(asking))
        {
            return null;
        }

        var name = new AssemblyName(args.Name).Name;
        var path = ModuleFolders.FindAssembly(ModuleFolders.Framework, name) ?? ModuleFolders.FindAssembly(ModuleFolders.Library, name);
        if (path is null)
        {
            return null;
        }

        if (string.Equals(name, NativeCaller, StringComparison.Ordinal))
        {
            LoadNativeLibrary();
        }

        return Assembly.LoadFrom(path);
    }

    private static bool IsOurs(Assembly assembly) =>
        !assembly.IsDynamic && assembly.Location.StartsWith(ModuleFolders.Root, StringComparison.OrdinalIgnoreCase);

    /// <summary>The provider finds an already loaded library by its name when it imports it.</summary>
    private static void LoadNativeLibrary()
    {
        foreach (var path in NativeLibraries.Candidates(NativeLibrary))
        {
            if (File.Exists(path) && LoadLibrary(path) != IntPtr.Zero)
            {
                return;
            }
        }
    }

    [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern IntPtr LoadLibrary(string fileName);
}
