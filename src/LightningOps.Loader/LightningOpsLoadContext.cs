using System;
using System.IO;
using System.Reflection;
using System.Runtime.Loader;

namespace LightningOps.Loader;

/// <summary>
/// The module's own assemblies. A session with another YamlDotNet keeps it, and the module uses its own
/// (learn.microsoft.com, "Resolving PowerShell module assembly dependency conflicts").
/// </summary>
/// <remarks>Order: the module's lib folder, then the framework of the session, then the copy in lib/framework.</remarks>
internal sealed class LightningOpsLoadContext : AssemblyLoadContext
{
    public LightningOpsLoadContext() => Resolving += LoadFrameworkCopy;

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = ModuleFolders.FindAssembly(ModuleFolders.Library, assemblyName.Name);
        return path is null ? null : LoadFromAssemblyPath(path);
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        foreach (var path in NativeLibraries.Candidates(unmanagedDllName))
        {
            if (File.Exists(path))
            {
                return LoadUnmanagedDllFromPath(path);
            }
        }

        return IntPtr.Zero;
    }

    /// <summary>Loads a copy if the default context has no such assembly, or only an older one.</summary>
    private static Assembly? LoadFrameworkCopy(AssemblyLoadContext context, AssemblyName name)
    {
        var path = ModuleFolders.FindAssembly(ModuleFolders.Framework, name.Name);
        return path is null ? null : context.LoadFromAssemblyPath(path);
    }
}
