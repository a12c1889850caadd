using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ControlPlane.Postgres;

[NeedsPostgres]
public sealed class PostgresControlPlaneContractTests(PostgresDatabase database) : ControlPlaneContract, IClassFixture<PostgresDatabase>
{
    protected override Task<IControlPlane> OpenAsync() => Task.FromResult<IControlPlane>(new PostgresControlPlane(database.Empty().Options(Clock)));
}
