using LightningOps.Gateway.Records;
using LightningOps.Storage;
using LightningOps.Tests.ControlPlane.Local;

namespace LightningOps.Tests.Gateway.Records;

public sealed class StoreGatewayRecordsTests : GatewayRecordsContract
{
    private string Place => Folder.File("store.db");

    protected override IGatewayRecords Open() => new StoreGatewayRecords(new LocalStoreOptions { Path = Place });

    protected override void Damage() => LocalControlPlaneTests.Execute(Place, "UPDATE gateway_records SET document = '{'");
}
