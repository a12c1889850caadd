using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Reconcile.Leases;
using Xunit;

namespace LightningOps.Tests.Reconcile.Leases;

public sealed class LeaseFilesTests : LeaseStoreContract
{
    private readonly CancellationToken none = CancellationToken.None;

    [Fact]
    public async Task The_lease_of_a_process_that_ended_without_releasing_it_is_free_at_once()
    {
        var gone = Elsewhere(Time.GetUtcNow().AddHours(1)) with { Host = Environment.MachineName, ProcessSpace = ProcessIdentity.Space };
        await LeaveAsync(gone);

        Assert.Null(await Open().TryTakeAsync(gone with { Token = "mine" }, none));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_told_by_name()
    {
        File.WriteAllText(Folder.File("taken"), string.Empty);

        var error = await Assert.ThrowsAsync<LeaseFileException>(() => new LeaseFiles(Folder.File("taken", "leases")).TryTakeAsync(Elsewhere(Time.GetUtcNow()), none));

        Assert.Contains(Folder.File("taken"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_gateways_are_safe_as_names_of_files()
    {
        var leases = (LeaseFiles)Open();
        foreach (var name in new[] { "ops:https://x.example.com:8443/a?b=c", "memory", "file:/a/" + new string('é', 300), ".." })
        {
            Assert.Null(await leases.TryTakeAsync(Elsewhere(Time.GetUtcNow()) with { Gateway = name, Token = name }, none));
        }

        Assert.Equal(8, Directory.GetFiles(Folder.Path).Length);
    }

    private protected override ILeaseStore Open() => new LeaseFiles(Folder.Path);

    private protected override async Task LeaveAsync(LeaseHolder holder)
    {
        // Its lock is not to be seen from here: only what it wrote.
        var theirs = Open();
        Assert.Null(await theirs.TryTakeAsync(holder, none));
        var file = Directory.GetFiles(Folder.Path, "*.lease").Single();
        var written = File.ReadAllBytes(file);
        await theirs.ReleaseAsync(holder, none);
        File.WriteAllBytes(file, written);
    }

    private protected override Task LoseAsync(ILeaseStore store, LeaseHolder holder)
    {
        File.WriteAllText(
            Directory.GetFiles(Folder.Path, "*.lease").Single(),
            LightningOps.Artifacts.ArtifactJson.Serialize(Elsewhere(Time.GetUtcNow().AddHours(2))));
        return Task.CompletedTask;
    }
}
