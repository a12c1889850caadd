using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Records;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.Records;

/// <summary>What every place that keeps records of gateways keeps to.</summary>
public abstract class GatewayRecordsContract : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private protected TemporaryFolder Folder { get; } = new();

    [ContractFact]
    public async Task Records_of_gateways_are_read_as_they_were_written()
    {
        var service = new GatewayService { Name = "s", PathRegexp = "^/a$", PriceSats = 3, Auth = "on", Extras = ["authscheme=mpp"] };
        var record = new GatewayRecord { Names = ["s", "t"], DeploymentId = "dep", ConfigHash = "cfg", Services = [service] };
        using (var records = Open())
        {
            await records.WriteAsync("one", GatewayRecord.Empty, None);
            await records.WriteAsync("one", record, None);
            await records.WriteAsync("two", GatewayRecord.Empty, None);
        }

        using var again = Open();
        var read = await again.ReadAsync("one", None);

        Assert.Equal(record.Names, read.Names);
        Assert.Equal(("dep", "cfg"), (read.DeploymentId, read.ConfigHash));
        Assert.Equal(("s", "^/a$", 3, "authscheme=mpp"), (read.Services[0].Name, read.Services[0].PathRegexp, read.Services[0].PriceSats, read.Services[0].Extras[0]));
        Assert.Empty((await again.ReadAsync("two", None)).Names);
    }

    [ContractFact]
    public async Task A_gateway_never_rolled_out_to_has_an_empty_record_and_reading_it_makes_nothing()
    {
        using var records = Open();

        Assert.Empty((await records.ReadAsync("unknown", None)).Names);
        Assert.Empty(System.IO.Directory.GetFileSystemEntries(Folder.Path));
    }

    [ContractFact]
    public async Task A_damaged_record_is_a_failure_and_not_an_empty_one()
    {
        using var records = Open();
        await records.WriteAsync("one", GatewayRecord.Empty, None);
        Damage();

        var failure = await Assert.ThrowsAsync<GatewayException>(() => records.ReadAsync("one", None));

        Assert.StartsWith("record_not_readable", failure.Reason);
    }

    public void Dispose() => Folder.Dispose();

    protected abstract IGatewayRecords Open();

    /// <summary>Makes the one record there is unreadable.</summary>
    protected abstract void Damage();
}
