using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.ApertureFile;

namespace LightningOps.Tests.Gateway.ApertureFile;

/// <summary>A gateway of the same process: what is written is loaded when this returns.</summary>
internal sealed class LoadedAtOnce : IConfigReload
{
    public bool ConfirmsLoad => true;

    public Task<string?> RunAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);
}
