using LightningOps.Gateway.Records;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.Records;

[NeedsPostgres]
public sealed class PostgresGatewayRecordsTests : GatewayRecordsContract, IClassFixture<PostgresDatabase>
{
    private readonly PostgresDatabase database;

    public PostgresGatewayRecordsTests(PostgresDatabase database)
    {
        this.database = database;
        if (PostgresServer.IsAvailable)
        {
            database.Empty();
        }
    }

    protected override IGatewayRecords Open() => new PostgresGatewayRecords(database.Options());

    protected override void Damage() => database.Execute("UPDATE lightningops.gateway_records SET document = '{'");
}
