using System;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Threading;

namespace LightningOps.Loader;

/// <summary>
/// Runs when the module is imported, before its cmdlets are examined. The types of the cmdlets need LightningOps.dll,
/// which is found only once the hook is set. It does nothing else.
/// </summary>
public sealed class ModuleAssemblies : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly object Gate = new();
    private static int imports;
    private static IDisposable? hook;

    /// <summary>Sets the hook once for all runspaces of the process.</summary>
    public void OnImport()
    {
        lock (Gate)
        {
            imports++;
            hook ??= IsDotNetFramework ? DesktopResolver.Hook() : IsolatedResolver.Hook();
        }
    }

    /// <summary>Removes the hook when the last runspace that imported the module removes it.</summary>
    /// <param name="psModuleInfo">The module being removed.</param>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        lock (Gate)
        {
            imports = Math.Max(0, imports - 1);
            if (imports == 0)
            {
                Interlocked.Exchange(ref hook, null)?.Dispose();
            }
        }
    }

    private static bool IsDotNetFramework =>
        RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal);
}
