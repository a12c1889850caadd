using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Records;
using LightningOps.Storage;
using LightningOps.Tests.ControlPlane.Local;
using Xunit;

namespace LightningOps.Tests.Gateway.Records;

public sealed class CopiedGatewayRecordsTests : GatewayRecordsContract
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly GatewayService Website = new() { Name = "website", PathRegexp = "^/$", Address = "127.0.0.1:1", PriceSats = 7, Auth = "on" };

    private string Place => Folder.File("store.db");

    [Fact]
    public async Task A_copy_has_the_record_last_seen_here_and_only_of_the_same_store()
    {
        using var records = Open("one");
        Assert.Null(await records.FindCopyAsync("gateway", None));
        await records.WriteAsync("gateway", new GatewayRecord { Names = ["a"] }, None);
        Damage();

        await Assert.ThrowsAsync<GatewayException>(() => records.ReadAsync("gateway", None));

        Assert.Equal(["a"], (await records.FindCopyAsync("gateway", None))!.Names);
        using var other = Open("two");
        Assert.Null(await other.FindCopyAsync("gateway", None));
    }

    [Fact]
    public async Task A_record_that_another_machine_wrote_is_copied_when_it_is_read()
    {
        using var records = Open("one");
        await records.WriteAsync("gateway", new GatewayRecord { Names = ["a"] }, None);
        using (var elsewhere = new StoreGatewayRecords(new LocalStoreOptions { Path = Place }))
        {
            await elsewhere.WriteAsync("gateway", new GatewayRecord { Names = ["a", "b"] }, None);
        }

        await records.ReadAsync("gateway", None);

        Assert.Equal(["a", "b"], (await records.FindCopyAsync("gateway", None))!.Names);
    }

    [Fact]
    public async Task A_kept_close_is_part_of_the_record_until_the_record_has_it()
    {
        using var records = Open("one");
        await records.WriteAsync("gateway", new GatewayRecord { Names = ["a", "b"] }, None);

        Assert.True(await records.TryKeepCloseAsync("gateway", ["a"], [Website, new GatewayService { Name = "b" }]));

        var read = await records.ReadAsync("gateway", None);
        Assert.Equal(["a", "b"], read.Closed);
        Assert.Equal("website", Assert.Single(read.Others).Name);
        await records.WriteAsync("gateway", read with { Closed = [] }, None);
        Assert.Empty((await records.ReadAsync("gateway", None)).Closed);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_keeps_no_record_from_the_store()
    {
        await File.WriteAllTextAsync(Folder.File("copies of one"), string.Empty);
        using var records = Open("one");

        await records.WriteAsync("gateway", new GatewayRecord { Names = ["a"] }, None);

        Assert.Equal(["a"], (await records.ReadAsync("gateway", None)).Names);
        Assert.False(await records.TryKeepCloseAsync("gateway", ["a"], []));
    }

    protected override IGatewayRecords Open() => Open("one");

    protected override void Damage() => LocalControlPlaneTests.Execute(Place, "UPDATE gateway_records SET document = '{'");

    private CopiedGatewayRecords Open(string store) => new(new StoreGatewayRecords(new LocalStoreOptions { Path = Place }), Folder.File("copies of " + store), store);
}
