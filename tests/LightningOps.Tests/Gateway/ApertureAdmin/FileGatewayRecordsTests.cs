using System.IO;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

public sealed class FileGatewayRecordsTests
{
    [Fact]
    public void Records_of_gateways_are_read_as_they_were_written()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("made", "here");
        var service = new GatewayService { Name = "s", PathRegexp = "^/a$", PriceSats = 3, Auth = "on", Extras = ["authscheme=mpp"] };
        var record = new GatewayRecord { Names = ["s", "t"], DeploymentId = "dep", ConfigHash = "cfg", Services = [service] };

        new FileGatewayRecords(path).Write("one", record);
        new FileGatewayRecords(path).Write("two", GatewayRecord.Empty);
        var read = new FileGatewayRecords(path).Read("one");

        Assert.Equal(record.Names, read.Names);
        Assert.Equal(("dep", "cfg"), (read.DeploymentId, read.ConfigHash));
        Assert.Equal(("s", "^/a$", 3, "authscheme=mpp"), (read.Services[0].Name, read.Services[0].PathRegexp, read.Services[0].PriceSats, read.Services[0].Extras[0]));
        Assert.Empty(new FileGatewayRecords(path).Read("unknown").Names);
    }

    [Fact]
    public void A_damaged_record_is_a_failure_and_not_an_empty_one()
    {
        using var folder = new TemporaryFolder();
        var records = new FileGatewayRecords(folder.Path);
        records.Write("one", GatewayRecord.Empty);
        File.WriteAllText(Assert.Single(Directory.GetFiles(folder.Path)), "{");

        Assert.Throws<GatewayException>(() => records.Read("one"));
    }
}
