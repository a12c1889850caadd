using System;
using System.Reflection;
using System.Runtime.Loader;

namespace LightningOps.Loader;

/// <summary>
/// PowerShell 7: LightningOps.PowerShell.dll is in the default context like every binary module. Assemblies that it
/// requests by the name LightningOps come from the module's own context, with all their dependencies.
/// </summary>
internal sealed class IsolatedResolver : IDisposable
{
    private const string DomainAssembly = "LightningOps";

    // A context cannot be unloaded while its types are in use, and two contexts would duplicate each type, so there is one
    // per process.
    private static readonly Lazy<LightningOpsLoadContext> Context = new(() => new LightningOpsLoadContext());

    private IsolatedResolver() => AssemblyLoadContext.Default.Resolving += Resolve;

    /// <summary>Begins to resolve LightningOps.</summary>
    public static IDisposable Hook() => new IsolatedResolver();

    public void Dispose() => AssemblyLoadContext.Default.Resolving -= Resolve;

    private static Assembly? Resolve(AssemblyLoadContext asking, AssemblyName name) =>
        string.Equals(name.Name, DomainAssembly, StringComparison.Ordinal) ? Context.Value.LoadFromAssemblyName(name) : null;
}
