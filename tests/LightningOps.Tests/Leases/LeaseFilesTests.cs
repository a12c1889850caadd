using System;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Json;
using LightningOps.Leases;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Leases;

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

        var error = await Assert.ThrowsAsync<LeaseFileException>(() => new FileLeases(Folder.File("taken", "leases")).TryTakeAsync(Elsewhere(Time.GetUtcNow()), none));

        Assert.Contains(Folder.File("taken"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_gateways_are_safe_as_names_of_files()
    {
        var leases = (FileLeases)Open();
        foreach (var name in new[] { "ops:https://x.example.com:8443/a?b=c", "memory", "file:/a/" + new string('é', 300), ".." })
        {
            Assert.Null(await leases.TryTakeAsync(Elsewhere(Time.GetUtcNow()) with { Gateway = name, Token = name }, none));
        }

        Assert.Equal(8, Directory.GetFiles(Folder.Path).Length);
    }

    [UnixTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_configuration_has_one_lease_under_all_its_names(bool isFolder)
    {
        var file = Folder.File("own", "aperture.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, string.Empty);
        var link = Folder.File("link");
        _ = isFolder ? Directory.CreateSymbolicLink(link, Folder.File("own")) : File.CreateSymbolicLink(link, file);
        var name = isFolder ? Path.Combine(link, "aperture.yaml") : link;
        var held = Elsewhere(Time.GetUtcNow().AddHours(1)) with { Gateway = "file:" + file, Token = "first" };

        Assert.Null(await FileLeases.Beside(file).TryTakeAsync(held, none));

        Assert.Equal("first", (await FileLeases.Beside(name).TryTakeAsync(held with { Gateway = "file:" + name, Token = "second" }, none))!.Token);
    }

    [Fact]
    public async Task A_lease_that_ends_in_2099_holds_nobody_back()
    {
        await LeaveAsync(Elsewhere(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero)));

        Assert.Null(await Open().TryTakeAsync(Elsewhere(Time.GetUtcNow()) with { Token = "mine", Host = "here", SinceMs = Time.GetUtcNow().ToUnixTimeMilliseconds() }, none));
    }

    [Fact]
    public async Task A_lease_with_a_time_that_is_none_is_no_lease()
    {
        await LeaveAsync(Elsewhere(Time.GetUtcNow().AddHours(1)));
        File.WriteAllText(
            Directory.GetFiles(Folder.Path, "*.lease").Single(),
            ArtifactJson.Serialize(Elsewhere(Time.GetUtcNow().AddHours(1)) with { SinceMs = long.MaxValue }));

        Assert.Null(await Open().TryTakeAsync(Elsewhere(Time.GetUtcNow()) with { Token = "mine" }, none));
    }

    [Fact]
    public async Task The_lease_of_a_file_that_is_not_there_leaves_no_folder_and_no_lock()
    {
        var leases = FileLeases.Beside(Folder.File("mistyped", "aperture.yaml"));
        var claim = Elsewhere(Time.GetUtcNow());

        Assert.Null(await leases.TryTakeAsync(claim, none));
        Assert.True(await leases.RenewAsync(claim, none));
        await leases.ReleaseAsync(claim, none);
        Assert.Null(await FileLeases.Beside(Folder.File("aperture.yaml")).TryTakeAsync(claim, none));

        Assert.Empty(Directory.GetFileSystemEntries(Folder.Path));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task Lock_and_lease_have_the_mode_of_the_file_they_are_of()
    {
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        File.WriteAllText(Folder.File("aperture.yaml"), "services: []");
        File.SetUnixFileMode(Folder.File("aperture.yaml"), mode);

        Assert.Null(await FileLeases.Beside(Folder.File("aperture.yaml")).TryTakeAsync(Elsewhere(Time.GetUtcNow()), none));

        Assert.All(Directory.GetFiles(Folder.Path), file => Assert.Equal(mode, File.GetUnixFileMode(file)));
        Assert.Equal(3, Directory.GetFiles(Folder.Path).Length);
    }

    [UnixFact]
    public async Task A_link_laid_under_the_name_of_the_lock_is_not_followed_and_is_named()
    {
        var leases = (FileLeases)Open();
        Assert.Null(await leases.TryTakeAsync(Elsewhere(Time.GetUtcNow()), none));
        await leases.ReleaseAsync(Elsewhere(Time.GetUtcNow()), none);
        var file = Directory.GetFiles(Folder.Path, "*.lock").Single();
        File.Delete(file);
        File.CreateSymbolicLink(file, Folder.File("victim"));

        var error = await Assert.ThrowsAsync<LeaseFileException>(() => leases.TryTakeAsync(Elsewhere(Time.GetUtcNow()), none));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Folder.File("victim")));
    }

    [MountFact]
    public async Task A_disk_that_takes_nothing_is_not_told_as_a_process_that_holds_the_lease()
    {
        Directory.CreateDirectory(Folder.File("disk"));
        using (Mount.Memory(Folder.File("disk"), "16k"))
        {
            File.WriteAllText(Folder.File("disk", "aperture.yaml"), "services: []");
            Fill(Folder.File("disk", "full"));
            var error = await Assert.ThrowsAsync<LeaseFileException>(() => FileLeases.Beside(Folder.File("disk", "aperture.yaml")).TryTakeAsync(Elsewhere(Time.GetUtcNow()), none));

            Assert.Contains("disk", error.Remedy, StringComparison.Ordinal);
            Assert.Contains(Folder.File("disk"), error.Message, StringComparison.Ordinal);
        }
    }

    [MountFact]
    public async Task A_disk_that_is_read_only_is_told_as_that_and_not_as_a_process_that_holds_the_lease()
    {
        Directory.CreateDirectory(Folder.File("writable"));
        Directory.CreateDirectory(Folder.File("disk"));
        File.WriteAllText(Folder.File("writable", "aperture.yaml"), "services: []");
        foreach (var hasLock in new[] { false, true })
        {
            if (hasLock)
            {
                await LeaveAsync(FileLeases.Beside(Folder.File("writable", "aperture.yaml")));
            }

            using (Mount.ReadOnly(Folder.File("writable"), Folder.File("disk")))
            {
                var error = await Assert.ThrowsAsync<LeaseFileException>(() => FileLeases.Beside(Folder.File("disk", "aperture.yaml")).TryTakeAsync(Elsewhere(Time.GetUtcNow()) with { Token = "mine" }, none));
                Assert.Contains("Read-only", error.Message, StringComparison.OrdinalIgnoreCase);
                Assert.Contains("read-only", error.Remedy, StringComparison.Ordinal);
            }
        }
    }

    private async Task LeaveAsync(FileLeases leases)
    {
        Assert.Null(await leases.TryTakeAsync(Elsewhere(Time.GetUtcNow()), none));
        await leases.ReleaseAsync(Elsewhere(Time.GetUtcNow()), none);
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void A_sticky_folder_in_which_the_lease_is_of_another_user_is_named()
    {
        var lease = Folder.File(".aperture.yaml.lease");
        File.WriteAllText(lease, "theirs");
        var denied = new UnauthorizedAccessException("Access to the path is denied.");

        Assert.DoesNotContain("sticky", new LeaseFileException(lease, denied).Remedy, StringComparison.Ordinal);
        File.SetUnixFileMode(Folder.Path, File.GetUnixFileMode(Folder.Path) | UnixFileMode.StickyBit);

        Assert.Contains("sticky", new LeaseFileException(lease, denied).Remedy, StringComparison.Ordinal);
        Assert.Contains(lease, new LeaseFileException(lease, denied).Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Who_locked_the_file_without_a_lease_is_found()
    {
        var leases = (FileLeases)Open();
        Assert.Null(await leases.TryTakeAsync(Elsewhere(Time.GetUtcNow()), none));
        File.Delete(Directory.GetFiles(Folder.Path, "*.lease").Single());

        var holder = await Open().TryTakeAsync(Elsewhere(Time.GetUtcNow()) with { Token = "mine" }, none);

        Assert.Equal(OperatingSystem.IsLinux() ? Environment.ProcessId : 0, holder!.ProcessId);
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1);
        try
        {
            while (true)
            {
                file.WriteByte(0);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private protected override ILeaseStore Open() => new FileLeases(Folder.Path);

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
            ArtifactJson.Serialize(Elsewhere(Time.GetUtcNow().AddHours(2))));
        return Task.CompletedTask;
    }
}
