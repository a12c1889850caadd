using System;
using System.Reflection;
using System.Runtime.Loader;

namespace LightningOps.Loader;

/// <summary>
/// PowerShell 7: LightningOps.PowerShell.dll lives in the default context as every binary module does; what it asks for
/// by the name of LightningOps comes from the module's own context, and with it everything behind it.
/// </summary>
internal sealed class IsolatedResolver : IDisposable
{
    private const string DomainAssembly = "LightningOps";

    // A context cannot be unloaded while its types are in use, and two contexts would give each type twice: one a process.
    private static readonly Lazy<LightningOpsLoadContext> Context = new(() => new LightningOpsLoadContext());

    private IsolatedResolver() => AssemblyLoadContext.Default.Resolving += Resolve;

    /// <summary>Starts to answer for LightningOps.</summary>
    public static IDisposable Hook() => new IsolatedResolver();

    public void Dispose() => AssemblyLoadContext.Default.Resolving -= Resolve;

    private static Assembly? Resolve(AssemblyLoadContext asking, AssemblyName name) =>
        string.Equals(name.Name, DomainAssembly, StringComparison.Ordinal) ? Context.Value.LoadFromAssemblyName(name) : null;
}
