using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ControlPlane.Local;

public sealed class StoreProcessesTests : IDisposable
{
    private const int Writes = 1000;
    private readonly TemporaryFolder folder = new();

    private string Store => folder.File("store.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Two_processes_that_write_at_once_lose_nothing()
    {
        using var first = StartedProcess.Start("record-events", Store, "first", Writes.ToString());
        using var second = StartedProcess.Start("record-events", Store, "second", Writes.ToString());
        Assert.All(await Task.WhenAll(first.ReadLineAsync(), second.ReadLineAsync()), line => Assert.Equal("done", line));

        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = Store });
        foreach (var writer in new[] { "first", "second" })
        {
            var events = await plane.ListEventsAsync(new GatewayEventQuery { DeploymentId = writer, First = int.MaxValue }, CancellationToken.None);
            Assert.Equal(Enumerable.Range(0, Writes).Reverse().Select(number => number.ToString()), events.Select(recorded => recorded.RequestId));
        }
    }

    [Fact]
    public async Task A_process_killed_in_the_middle_of_an_import_leaves_the_old_snapshot()
    {
        const int paywalls = 20_000;
        using (var process = StartedProcess.Start("import-half", Store, paywalls.ToString()))
        {
            Assert.Equal("half", await process.ReadLineAsync());
            await process.KillAsync();
        }

        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = Store });
        var stored = await plane.ListPaywallsAsync(CancellationToken.None);
        Assert.Equal(paywalls, stored.Count);
        Assert.All(stored, paywall => Assert.Equal("old", paywall.Name));
        Assert.Equal(paywalls, (await plane.ImportPaywallsAsync(stored, PaywallImportMode.Merge, CancellationToken.None)).Unchanged);
    }
}
