using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.ApertureFile;

namespace LightningOps.Gateway.Loopback;

/// <summary>Makes a loopback gateway of this process reload its file.</summary>
internal sealed class LoopbackReload : IConfigReload
{
    private readonly LoopbackGateway gateway;

    public LoopbackReload(LoopbackGateway gateway) => this.gateway = gateway;

    /// <inheritdoc/>
    public bool ConfirmsLoad => true;

    /// <inheritdoc/>
    public Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            gateway.Reload();
            return Task.FromResult(gateway.IsRunning ? null : "gateway_stopped");
        }
        catch (Exception failure) when (failure is LoopbackConfigException or IOException or UnauthorizedAccessException)
        {
            return Task.FromResult<string?>("not_loaded:" + failure.Message);
        }
    }
}
