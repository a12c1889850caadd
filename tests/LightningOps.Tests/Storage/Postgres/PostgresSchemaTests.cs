using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Paywalls;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Storage.Postgres;

public sealed class PostgresSchemaTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<int> EarlierVersions => new(Enumerable.Range(0, PostgresSchema.Newest));

    [PostgresTheory]
    [MemberData(nameof(EarlierVersions))]
    public async Task A_store_of_each_earlier_version_gets_the_newest_schema_and_keeps_its_records(int version)
    {
        using var database = new PostgresDatabase(null, isMigrated: false);
        using var store = new PostgresStore(database.Options());
        await PostgresSchema.MigrateAsync(store, PostgresMigrations.All.Take(version).ToArray(), None);
        if (version > 0)
        {
            database.Execute("INSERT INTO lightningops.deployments (deployment_id, config_hash, status, created_at_ms, updated_at_ms) VALUES ('dep_1', 'cfg_1', 'applied', 1, 2)");
        }

        using var plane = new PostgresControlPlane(database.Options());
        Assert.Equal("store_not_migrated", (await Assert.ThrowsAsync<StoreException>(() => plane.GetSecurityStateAsync(None))).Code);

        Assert.Equal(Enumerable.Range(version + 1, PostgresSchema.Newest - version), (await PostgresSchema.FindMissingAsync(store, None)).Select(step => step.Version));
        Assert.Equal(PostgresSchema.Newest - version, (await PostgresSchema.MigrateAsync(store, None)).Count);
        Assert.Empty(await PostgresSchema.MigrateAsync(store, None));

        Assert.Equal(version > 0 ? ["dep_1"] : [], (await plane.ListDeploymentsAsync(new DeploymentQuery(), None)).Select(deployment => deployment.DeploymentId));
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        Assert.True((await plane.GetSecurityStateAsync(None)).Global.GlobalPause);
    }

    [PostgresFact]
    public async Task Of_several_that_migrate_at_once_one_takes_each_step()
    {
        using var database = new PostgresDatabase(null, isMigrated: false);
        _ = database.Connection;
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            using var store = new PostgresStore(database.Options());
            return await PostgresSchema.MigrateAsync(store, None);
        })));

        Assert.Equal(PostgresMigrations.All.Select(step => step.Version), taken.SelectMany(steps => steps).Select(step => step.Version).Order());
    }

    [PostgresFact]
    public async Task A_store_of_a_newer_module_is_refused()
    {
        using var database = new PostgresDatabase();
        database.Execute("INSERT INTO lightningops.schema_versions (version, purpose) VALUES (99, 'of the future')");
        using var plane = new PostgresControlPlane(database.Options());
        using var store = new PostgresStore(database.Options());

        Assert.Equal(99, (await Assert.ThrowsAsync<StoreVersionException>(() => plane.GetSecurityStateAsync(None))).Found);
        Assert.Equal(99, (await Assert.ThrowsAsync<StoreVersionException>(() => PostgresSchema.MigrateAsync(store, None))).Found);
    }

    [Fact]
    public void The_steps_count_up_from_one() =>
        Assert.Equal(Enumerable.Range(1, PostgresSchema.Newest), PostgresMigrations.All.Select(step => step.Version));

    [PostgresFact]
    public async Task What_cannot_be_used_has_a_code_and_shows_no_password()
    {
        using var database = new PostgresDatabase();
        var options = database.Options();
        await Fails("store_denied", options with { Password = () => "wrong-secret" });
        await Fails("store_denied", options with { Password = null });
        await Fails("store_not_found", options with { Connection = database.Server.Connection + ";Database=nothing" });
        await Fails("store_unreachable", options with { Connection = "Host=127.0.0.1;Port=1;Database=l;Username=ops" });

        async Task Fails(string code, PostgresStoreOptions wrong)
        {
            using var plane = new PostgresControlPlane(wrong);
            var failure = await Assert.ThrowsAsync<StoreException>(() => plane.GetSecurityStateAsync(None));
            Assert.Equal(code, failure.Code);
            Assert.DoesNotContain("wrong-secret", failure.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(database.Server.Password, failure.ToString(), StringComparison.Ordinal);
        }
    }
}
