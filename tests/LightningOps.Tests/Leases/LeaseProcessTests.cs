using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Leases;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Leases;

/// <summary>Leases between processes.</summary>
public sealed class LeaseProcessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("file")]
    [InlineData("store")]
    public async Task A_killed_process_holds_it_until_it_is_killed_and_not_longer(string kind)
    {
        var path = folder.File(kind);
        using var holder = StartedProcess.Start("hold-lease", kind, path, "gateway");
        var processId = int.Parse((await holder.ReadLineAsync())!);

        var held = await Assert.ThrowsAsync<LeaseHeldException>(() => TakeAsync(kind, path));
        Assert.Equal((processId, "theirs"), (held.Holder!.ProcessId, held.Holder.RequestId));

        await holder.KillAsync();
        var lease = await TakeAsync(kind, path);
        Assert.Equal("mine", lease.Holder.RequestId);
        await lease.ReleaseAsync();
    }

    private static Task<Lease> TakeAsync(string kind, string path)
    {
        ILeaseStore store = kind == "file" ? new FileLeases(path) : new StoreLeases(new LocalStoreOptions { Path = path });
        return Lease.AcquireAsync(store, TimeProvider.System, new LeaseRequest("gateway", "mine"), CancellationToken.None);
    }
}
