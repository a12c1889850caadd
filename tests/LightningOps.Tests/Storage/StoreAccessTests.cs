using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
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

/// <summary>What is only looked at is not touched.</summary>
public sealed class StoreAccessTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();

    private string Store => folder.File("store.db");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(StoreAccess.Write)]
    [InlineData(StoreAccess.Read)]
    public async Task Reading_a_store_that_is_not_there_makes_none_and_finds_nothing(StoreAccess access)
    {
        using var plane = Open(access);

        Assert.Empty(await plane.ListPaywallsAsync(None));
        Assert.False((await plane.GetSecurityStateAsync(None)).Global.GlobalPause);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_store_that_has_to_be_there_and_is_not_is_a_failure()
    {
        using var plane = Open(StoreAccess.ReadExisting);

        var failure = await Assert.ThrowsAsync<StoreException>(() => plane.ListPaywallsAsync(None));

        Assert.Equal(("store_not_found", Store), (failure.Code, failure.Path));
    }

    [Theory]
    [InlineData("OA_LIGHTNING_OPS_STORE", "New-LightningPaywall and Import-LightningPaywall create one.")]
    [InlineData("OA_LIGHTNING_OPS_CREDENTIAL_STORE", "Invoke-L402WebRequest creates one with the first purchase.")]
    public void The_remedy_of_a_missing_store_names_the_commands_that_create_it(string variable, string maker)
    {
        Assert.EndsWith(". " + maker, StoreFailures.NotFound(Store, new StoreFormat(1, [], variable)).Remedy, StringComparison.Ordinal);
        Assert.EndsWith(". " + maker, StoreFailures.Empty(Store, new StoreFormat(1, [], variable)).Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OA_LIGHTNING_OPS_STORE", "-StorePath, of this command or of Connect-LightningOps, or with OA_LIGHTNING_OPS_STORE where neither is given")]
    [InlineData("OA_LIGHTNING_OPS_CREDENTIAL_STORE", "-CredentialStorePath, of this command or of Connect-LightningOps, or with OA_LIGHTNING_OPS_CREDENTIAL_STORE where neither is given")]
    [InlineData("OA_LIGHTNING_OPS_POSTGRES", "-Postgres of Connect-LightningOps, or with OA_LIGHTNING_OPS_POSTGRES where it is not given")]
    public void The_remedy_names_the_parameters_that_override_the_variable(string variable, string choice)
    {
        var format = new StoreFormat(1, [], variable);
        var remedies = new[]
        {
            StoreFailures.NotFound(Store, format).Remedy,
            StoreFailures.Empty(Store, format).Remedy,
            StoreFailures.From(Store, format, new InvalidDataException()).Remedy,
            StoreFailures.From(Store, format, new IOException()).Remedy,
            new StoreVersionException(Store, 9, 1, variable).Remedy,
        };

        Assert.All(remedies, remedy => Assert.Contains(" with " + choice + ".", remedy, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_that_has_to_be_there_and_is_an_empty_file_is_a_failure()
    {
        File.WriteAllBytes(Store, []);
        using var plane = Open(StoreAccess.ReadExisting);

        var failure = await Assert.ThrowsAsync<StoreException>(() => plane.GetSecurityStateAsync(None));

        Assert.Equal(("store_not_found", Store), (failure.Code, failure.Path));
        Assert.Empty(File.ReadAllBytes(Store));
    }

    [Fact]
    public async Task What_is_written_later_is_found()
    {
        using var reader = Open(StoreAccess.Read);
        Assert.Empty(await reader.ListDeploymentsAsync(new DeploymentQuery(), None));
        using var writer = Open(StoreAccess.Write);
        await writer.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        Assert.True((await reader.GetSecurityStateAsync(None)).Global.GlobalPause);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_store_of_an_older_version_is_read_and_stays_as_it_is(int version)
    {
        using (var old = LocalControlPlaneTests.Connect(Store))
        {
            StoreSchema.MigrateTo(old, StoreFormat.ControlPlane, version);
        }

        LocalControlPlaneTests.Execute(Store, "INSERT INTO deployments (deployment_id, config_hash, status, created_at_ms, updated_at_ms) VALUES ('dep_old', 'cfg_1', 'failed', 1, 2)");
        var before = await File.ReadAllBytesAsync(Store);
        using (var plane = Open(StoreAccess.ReadExisting))
        {
            Assert.Equal("dep_old", Assert.Single(await plane.ListDeploymentsAsync(new DeploymentQuery(), None)).DeploymentId);
            Assert.False((await plane.GetSecurityStateAsync(None)).Global.GlobalPause);
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(Store));
    }

    [Fact]
    public async Task What_may_only_be_read_is_not_written()
    {
        using (var writer = Open(StoreAccess.Write))
        {
            await writer.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        }

        using var reader = Open(StoreAccess.Read);

        Assert.Equal("store_readonly", (await Assert.ThrowsAsync<StoreException>(() => reader.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None))).Code);
        Assert.True((await reader.GetSecurityStateAsync(None)).Global.GlobalPause);
    }

    [Fact]
    public async Task A_store_whose_folder_cannot_be_looked_into_is_a_failure_and_not_an_empty_store()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return;
        }

        var closed = Directory.CreateDirectory(folder.File("closed"));
        File.SetUnixFileMode(closed.FullName, UnixFileMode.None);
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = Path.Combine(closed.FullName, "store.db") });
        try
        {
            Assert.Equal("store_path_invalid", (await Assert.ThrowsAsync<StoreException>(() => plane.GetSecurityStateAsync(None))).Code);
        }
        finally
        {
            File.SetUnixFileMode(closed.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [UnixFact]
    public async Task A_pipe_under_the_name_is_not_waited_for()
    {
        using (var made = Process.Start("mkfifo", Store))
        {
            await made.WaitForExitAsync();
        }

        foreach (var access in new[] { StoreAccess.Write, StoreAccess.Read, StoreAccess.ReadExisting })
        {
            using var plane = Open(access);
            Assert.Equal("store_path_invalid", (await Assert.ThrowsAsync<StoreException>(() => plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None))).Code);
        }
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_link_that_leads_to_nothing_yet_makes_a_store_only_its_user_reads()
    {
        File.CreateSymbolicLink(Store, folder.File("elsewhere", "store.db"));
        using var plane = Open(StoreAccess.Write);

        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("elsewhere", "store.db")));
        Assert.NotNull(new FileInfo(Store).LinkTarget);
    }

    [MountFact]
    public async Task A_disk_that_fills_within_a_transaction_is_told_as_full()
    {
        Directory.CreateDirectory(folder.File("disk"));
        using (Mount.Memory(folder.File("disk"), "512k"))
        {
            using var plane = new LocalControlPlane(new LocalStoreOptions { Path = folder.File("disk", "store.db") });
            var failure = await Assert.ThrowsAsync<StoreException>(async () =>
            {
                for (var i = 0; i < 100; i++)
                {
                    await plane.RecordEventAsync(
                        new GatewayEventDraft { PaywallId = "p", OwnerId = "o", EventType = "t", Level = EventLevel.Info, Metadata = JsonText.From("\"" + new string('x', 20_000) + "\"") },
                        None);
                }
            });

            Assert.Equal("store_full", failure.Code);
        }
    }

    [Fact]
    public void A_native_library_that_does_not_load_is_a_failure_with_a_remedy()
    {
        var cause = new TypeInitializationException("SQLitePCL.Batteries_V2", new DllNotFoundException("Unable to load e_sqlite3"));

        var failure = StoreFailures.From(Store, StoreFormat.ControlPlane, cause);

        Assert.True(StoreFailures.IsStoreFailure(cause));
        Assert.Equal("store_failed", failure.Code);
        Assert.Contains("Unable to load e_sqlite3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Reinstall the module", failure.Remedy, StringComparison.Ordinal);
    }

    private LocalControlPlane Open(StoreAccess access) => new(new LocalStoreOptions { Path = Store, Access = access });
}
