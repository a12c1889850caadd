using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace LightningOps.Tests.ControlPlane.Local;

public sealed class LocalControlPlaneTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();

    private string Store => folder.File("deep", "er", "store.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Everything_survives_a_restart()
    {
        using (var plane = Open())
        {
            await plane.ImportPaywallsAsync(Snapshot("a", "b"), PaywallImportMode.Replace, None);
            await plane.RecordDeploymentAsync(Intent("dep_1", DeploymentStatus.Applied), None);
            await plane.RecordEventAsync(new GatewayEventDraft { PaywallId = "a", OwnerId = "o", EventType = "t", Level = EventLevel.Error, DeploymentId = "dep_1" }, None);
            await plane.IngestSettlementAsync(Report("set_1"), None);
            await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
            await plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "o", Active = true }, None);
            await plane.RotateCredentialRoleAsync(new CredentialRoleChange { Role = CredentialRole.OperatorAdmin }, None);
        }

        using var again = Open();
        var state = await again.GetSecurityStateAsync(None);
        var settlement = Assert.Single(await again.ListSettlementsAsync(new SettlementQuery { OwnerId = "o" }, None));
        Assert.Equal(["a", "b"], (await again.ListPaywallsAsync(None)).Select(paywall => paywall.PaywallId));
        Assert.Equal(DeploymentStatus.Applied, Assert.Single(await again.ListDeploymentsAsync(new DeploymentQuery(), None)).Status);
        Assert.Equal(EventLevel.Error, Assert.Single(await again.ListEventsAsync(new GatewayEventQuery { DeploymentId = "dep_1" }, None)).Level);
        Assert.Equal(("set_1", "hash", "task", "route"), (settlement.Settlement.SettlementId, settlement.PaymentHash, settlement.TaskId, settlement.RouteId));
        Assert.Equal(InvoiceStatus.Settled, (await again.FindInvoiceAsync("inv", None))!.Status);
        Assert.Null(await again.FindInvoiceAsync("none", None));
        Assert.True(state.Global.GlobalPause && state.OwnerControls[0].KillSwitch);
        Assert.Equal("rotating", state.CredentialRoles[0].Status);
    }

    [Fact]
    public async Task The_preimage_is_nowhere_in_the_file()
    {
        using (var plane = Open())
        {
            await plane.IngestSettlementAsync(Report("set_1"), None);
        }

        Assert.All(Directory.GetFiles(Path.GetDirectoryName(Store)!), file =>
            Assert.DoesNotContain(new string('c', 25), Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_listed_paywall_is_the_imported_one()
    {
        var hosted = PaywallSnapshot.Read(Vectors.Bytes("snapshots/hosted-laravel.json"), "laravel");
        using var plane = Open();
        await plane.ImportPaywallsAsync(hosted, PaywallImportMode.Replace, None);

        Assert.Equal(ArtifactJson.Serialize(hosted), ArtifactJson.Serialize(await plane.ListPaywallsAsync(None)));
    }

    [Fact]
    public async Task A_replacing_import_leaves_the_snapshot_in_its_order_and_counts_what_changed()
    {
        using var plane = Open();
        await plane.ImportPaywallsAsync(Snapshot("a", "b", "c"), PaywallImportMode.Replace, None);
        var import = await plane.ImportPaywallsAsync(
            [Paywall("d"), Paywall("c"), Paywall("a") with { Name = "renamed", Status = PaywallStatus.Archived }], PaywallImportMode.Replace, None);

        Assert.Equal((1, 1, 1, 1), (import.Added, import.Changed, import.Removed, import.Unchanged));
        Assert.Equal(["d", "c", "a"], (await plane.ListAllPaywallsAsync(None)).Select(paywall => paywall.PaywallId));
        Assert.Equal(["d", "c"], (await plane.ListPaywallsAsync(None)).Select(paywall => paywall.PaywallId));
    }

    [Fact]
    public async Task A_merging_import_removes_nothing_and_appends()
    {
        using var plane = Open();
        await plane.ImportPaywallsAsync(Snapshot("a", "b"), PaywallImportMode.Replace, None);
        var import = await plane.ImportPaywallsAsync([Paywall("c"), Paywall("a") with { Name = "renamed" }, Paywall("b")], PaywallImportMode.Merge, None);

        Assert.Equal((1, 1, 0, 1), (import.Added, import.Changed, import.Removed, import.Unchanged));
        Assert.Equal(["a", "b", "c"], (await plane.ListPaywallsAsync(None)).Select(paywall => paywall.PaywallId));
    }

    [Fact]
    public async Task An_import_that_fails_leaves_the_store_as_it_was()
    {
        using var plane = Open();
        await plane.ImportPaywallsAsync(Snapshot("a"), PaywallImportMode.Replace, None);

        var error = await Assert.ThrowsAsync<StoreException>(() => plane.ImportPaywallsAsync(Snapshot("x", "y", "x"), PaywallImportMode.Replace, None));
        Assert.Equal("duplicate_paywall", error.Code);
        Assert.Equal(["a"], (await plane.ListPaywallsAsync(None)).Select(paywall => paywall.PaywallId));
    }

    [Fact]
    public async Task A_hundred_thousand_paywalls_are_taken()
    {
        var snapshot = Enumerable.Range(0, 100_000).Select(number => Paywall("pw_" + number)).ToArray();
        using var plane = Open();

        Assert.Equal(100_000, (await plane.ImportPaywallsAsync(snapshot, PaywallImportMode.Replace, None)).Added);
        Assert.Equal(100_000, (await plane.ImportPaywallsAsync(snapshot, PaywallImportMode.Replace, None)).Unchanged);
    }

    [Fact]
    public async Task Deployments_are_listed_newest_first_and_by_condition()
    {
        using var plane = Open();
        await plane.RecordDeploymentAsync(Intent("dep_1", DeploymentStatus.Pending), None);
        await plane.RecordDeploymentAsync(Intent("dep_2", DeploymentStatus.Failed), None);
        await plane.RecordDeploymentAsync(Intent("dep_3", DeploymentStatus.Failed) with { ConfigHash = new ConfigHash("cfg_2") }, None);
        await plane.RecordDeploymentAsync(Intent("dep_1", DeploymentStatus.RolledBack), None);

        Assert.Equal(["dep_3", "dep_2", "dep_1"], await IdsAsync(plane, new DeploymentQuery()));
        Assert.Equal(["dep_3"], await IdsAsync(plane, new DeploymentQuery { First = 1 }));
        Assert.Equal(["dep_1"], await IdsAsync(plane, new DeploymentQuery { Status = DeploymentStatus.RolledBack }));
        Assert.Equal(["dep_2"], await IdsAsync(plane, new DeploymentQuery { Status = DeploymentStatus.Failed, ConfigHash = new ConfigHash("cfg_1") }));
        Assert.Equal(["dep_2"], await IdsAsync(plane, new DeploymentQuery { DeploymentId = "dep_2" }));

        using var mock = new MockControlPlane(TimeProvider.System);
        await mock.RecordDeploymentAsync(Intent("dep_1", DeploymentStatus.Pending), None);
        await mock.RecordDeploymentAsync(Intent(null, DeploymentStatus.Failed), None);
        Assert.Equal(["dep_mem_1", "dep_1"], await IdsAsync(mock, new DeploymentQuery()));
        Assert.Equal(["dep_1"], await IdsAsync(mock, new DeploymentQuery { Status = DeploymentStatus.Pending }));
    }

    [Fact]
    public async Task A_made_id_is_a_version_seven_uuid_of_its_time()
    {
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = Store, Time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(0x0123456789AB)) });
        var deployment = await plane.RecordDeploymentAsync(Intent(null, DeploymentStatus.Pending), None);

        Assert.Matches("^dep_01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", deployment.DeploymentId);
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task The_file_and_its_folder_are_the_users_alone()
    {
        using var plane = Open();
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Store)!))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(Store)!));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.File("deep")));
    }

    [Fact]
    public async Task A_file_that_is_no_store_is_refused_and_left_alone()
    {
        await File.WriteAllTextAsync(folder.File("text.db"), new string('x', 5000));
        using var plane = Open(folder.File("text.db"));

        var error = await Assert.ThrowsAsync<StoreException>(() => plane.ListPaywallsAsync(None));
        Assert.Equal(("store_corrupt", folder.File("text.db")), (error.Code, error.Path));
        Assert.Equal(new string('x', 5000), await File.ReadAllTextAsync(folder.File("text.db")));
    }

    [Fact]
    public async Task Another_programs_database_is_refused()
    {
        Execute(folder.File("other.db"), "CREATE TABLE theirs (a)");
        using var plane = Open(folder.File("other.db"));

        Assert.Equal("store_path_invalid", (await Assert.ThrowsAsync<StoreException>(() => plane.ListPaywallsAsync(None))).Code);
    }

    [Fact]
    public async Task A_folder_is_no_store()
    {
        using var plane = Open(folder.Path);

        Assert.Equal("store_path_invalid", (await Assert.ThrowsAsync<StoreException>(() => plane.ListPaywallsAsync(None))).Code);
    }

    [Fact]
    public async Task A_damaged_row_is_told_as_such()
    {
        using var plane = Open();
        await plane.RecordDeploymentAsync(Intent("dep_1", DeploymentStatus.Pending), None);
        Execute(Store, "UPDATE deployments SET status = 'nonsense'");

        Assert.Equal("store_corrupt", (await Assert.ThrowsAsync<StoreException>(() => plane.ListDeploymentsAsync(new DeploymentQuery(), None))).Code);
    }

    [Fact]
    public async Task A_store_another_process_keeps_locked_is_told_as_such_and_usable_afterwards()
    {
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = Store, LockTimeout = TimeSpan.FromMilliseconds(50) });
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None);
        using (var other = Connect(Store))
        using (other.BeginTransaction(deferred: false))
        {
            Assert.Equal("store_locked", (await Assert.ThrowsAsync<StoreException>(() => plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None))).Code);
            Assert.False((await plane.GetSecurityStateAsync(None)).Global.GlobalPause);
        }

        Assert.True((await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None)).GlobalPause);
    }

    [Fact]
    public async Task A_cancelled_import_takes_nothing()
    {
        using var plane = Open();
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => plane.ImportPaywallsAsync(new CancellingSnapshot(cancel), PaywallImportMode.Replace, cancel.Token));
        Assert.Empty(await plane.ListPaywallsAsync(None));
    }

    internal static SqliteConnection Connect(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    internal static void Execute(string path, string sql)
    {
        using var connection = Connect(path);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static async Task<string[]> IdsAsync(IDeploymentHistory history, DeploymentQuery query) =>
        (await history.ListDeploymentsAsync(query, None)).Select(deployment => deployment.DeploymentId).ToArray();

    private static Paywall[] Snapshot(params string[] ids) => ids.Select(Paywall).ToArray();

    private static Paywall Paywall(string id) => new()
    {
        PaywallId = id,
        OwnerId = "o",
        Name = "n",
        Policy = new PaywallPolicy { PaywallId = id, OwnerId = "o", PricingMode = "fixed" },
        Routes = [],
    };

    private static DeploymentIntent Intent(string? id, DeploymentStatus status) =>
        new() { DeploymentId = id, ConfigHash = new ConfigHash("cfg_1"), Status = status, Diagnostics = [] };

    private static SettlementWithProof Report(string id) => new()
    {
        SettlementId = id,
        PaywallId = "a",
        OwnerId = "o",
        InvoiceId = "inv",
        AmountMsats = 1,
        PaymentHash = "hash",
        PaymentProofValue = new string('c', 64),
        TaskId = "task",
        RouteId = "route",
    };

    private LocalControlPlane Open(string? path = null) => new(new LocalStoreOptions { Path = path ?? Store });

    /// <summary>Cancels the import once its first paywall is taken.</summary>
    private sealed class CancellingSnapshot(CancellationTokenSource cancel) : IReadOnlyList<Paywall>
    {
        public int Count => 2;

        public Paywall this[int index] => Paywall("pw_" + index);

        public IEnumerator<Paywall> GetEnumerator()
        {
            yield return this[0];
            cancel.Cancel();
            yield return this[1];
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
