using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Paywalls;
using LightningOps.Storage;
using LightningOps.Tests.ControlPlane.Local;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Storage;

public sealed class StoreSchemaTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<int> OlderVersions => new(Enumerable.Range(1, Migrations.Newest - 1));

    private string Store => folder.File("store.db");

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(OlderVersions))]
    public async Task A_store_of_an_older_version_is_brought_up_with_what_it_holds(int version)
    {
        using (var old = LocalControlPlaneTests.Connect(Store))
        {
            StoreSchema.MigrateTo(old, StoreFormat.ControlPlane, version);
        }

        LocalControlPlaneTests.Execute(Store, "INSERT INTO deployments (deployment_id, config_hash, status, created_at_ms, updated_at_ms) VALUES ('dep_old', 'cfg_1', 'rolled_back', 1, 2)");
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = Store });

        var deployment = Assert.Single(await plane.ListDeploymentsAsync(new DeploymentQuery(), CancellationToken.None));
        Assert.Equal(("dep_old", DeploymentStatus.RolledBack), (deployment.DeploymentId, deployment.Status));
        Assert.True((await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, CancellationToken.None)).GlobalPause);
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused_and_left_alone()
    {
        LocalControlPlaneTests.Execute(Store, "PRAGMA application_id = " + Migrations.ApplicationId + "; PRAGMA user_version = " + (Migrations.Newest + 1));
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = Store });

        var error = await Assert.ThrowsAsync<StoreVersionException>(() => plane.ListPaywallsAsync(CancellationToken.None));
        Assert.Equal((Migrations.Newest + 1, Migrations.Newest, Store), (error.Found, error.Supported, error.Path));
    }

    [Fact]
    public async Task A_store_another_process_is_making_is_never_taken_for_a_foreign_one()
    {
        for (var round = 0; round < 40; round++)
        {
            var path = folder.File("store" + round + ".db");
            using var maker = LocalControlPlaneTests.Connect(path);
            using var reader = LocalControlPlaneTests.Connect(path);
            maker.Run("PRAGMA journal_mode = WAL");
            reader.Run("PRAGMA busy_timeout = 5000");
            var making = Task.Run(() => StoreSchema.Migrate(maker, StoreFormat.ControlPlane));
            do
            {
                StoreSchema.Check(reader, StoreFormat.ControlPlane, path);
            }
            while (!StoreSchema.IsNewest(reader, StoreFormat.ControlPlane));

            await making;
        }
    }

    [Fact]
    public void Versions_count_up_by_one() =>
        Assert.Equal(Enumerable.Range(1, Migrations.Newest), Migrations.All.Select(step => step.Version));
}
