using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Settlements;

public sealed class KilledImportTests : IDisposable
{
    private const int SaleCount = 10_000;
    private const int Batch = 100;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_killed_import_leaves_whole_batches_and_made_again_it_comes_to_the_same()
    {
        File.WriteAllText(folder.File("sales.jsonl"), Sales.Lines(SaleCount));
        await KillAfterAsync(batches: 5);
        await KillAfterAsync(batches: 30);
        var afterKill = await CountAsync(folder.File("killed.db"));
        await ImportAsync(folder.File("killed.db"));
        await ImportAsync(folder.File("whole.db"));

        Assert.InRange(afterKill, 30 * Batch / 2, SaleCount - 1);
        Assert.Equal(0, afterKill % (Batch / 2));
        Assert.Equal(await GetState(folder.File("whole.db")), await GetState(folder.File("killed.db")));
    }

    private async Task KillAfterAsync(int batches)
    {
        using var process = StartedProcess.Start("import-settlements", folder.File("killed.db"), folder.File("sales.jsonl"), Batch.ToString());
        for (var told = 0; told < batches; told++)
        {
            Assert.NotNull(await process.ReadLineAsync());
        }

        await process.KillAsync();
    }

    private async Task ImportAsync(string store)
    {
        using var process = StartedProcess.Start("import-settlements", store, folder.File("sales.jsonl"), "2000");
        var last = string.Empty;
        while (await process.ReadLineAsync() is { } line)
        {
            last = line;
        }

        Assert.Equal("done", last);
    }

    private static async Task<int> CountAsync(string store)
    {
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = store });
        var settlements = await plane.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, None);
        var invoices = await plane.ListInvoicesAsync(new InvoiceQuery { First = int.MaxValue }, None);
        Assert.Equal(invoices.Count, settlements.Count);
        return settlements.Count;
    }

    private static async Task<string> GetState(string store)
    {
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = store });
        return Histories.GetState(
            await plane.ListInvoicesAsync(new InvoiceQuery { First = int.MaxValue }, None),
            await plane.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, None));
    }
}
