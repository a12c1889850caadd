using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;

namespace LightningOps.Tests.Gateway.ApertureFile;

/// <summary>A reload command as the gateway knows one: that it ended with 0 says nothing of a load.</summary>
internal sealed class ModelReload(Func<Task> run) : IConfigReload
{
    public bool ConfirmsLoad => false;

    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await run();
            return null;
        }
        catch (GatewayException failure)
        {
            return failure.Reason;
        }
    }
}
