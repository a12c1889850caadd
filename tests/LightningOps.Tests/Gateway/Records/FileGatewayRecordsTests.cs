using System.IO;
using LightningOps.Gateway.Records;
using Xunit;

namespace LightningOps.Tests.Gateway.Records;

public sealed class FileGatewayRecordsTests : GatewayRecordsContract
{
    private string Place => Folder.File("made", "here");

    protected override IGatewayRecords Open() => new FileGatewayRecords(Place);

    protected override void Damage() => File.WriteAllText(Assert.Single(Directory.GetFiles(Place)), "{");
}
