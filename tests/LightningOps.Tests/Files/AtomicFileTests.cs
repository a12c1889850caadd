using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Threading.Tasks;
using LightningOps.Files;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lightningops-atomic-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_new_file_has_the_content()
    {
        AtomicFile.Write(GetPath("new"), "hello"u8.ToArray());

        Assert.Equal("hello", File.ReadAllText(GetPath("new")));
        Assert.Equal(new[] { GetPath("new") }, Files());
    }

    [Fact]
    public void An_existing_file_is_replaced_and_no_draft_stays()
    {
        File.WriteAllText(GetPath("old"), "a longer text than the next");

        AtomicFile.Write(GetPath("old"), "short"u8.ToArray());

        Assert.Equal("short", File.ReadAllText(GetPath("old")));
        Assert.Equal(new[] { GetPath("old") }, Files());
    }

    [Theory]
    [InlineData("store.db")]
    [InlineData("store.db.key")]
    [InlineData("store.db-wal")]
    [InlineData("link")]
    public async Task A_database_its_key_and_its_log_are_not_replaced(string name)
    {
        File.WriteAllBytes(GetPath("store.db"), [.. "SQLite format 3\0"u8, 16, 0, 1, 1]);
        File.WriteAllText(GetPath("store.db.key"), "key");
        File.WriteAllText(GetPath("store.db-wal"), "log");
        File.CreateSymbolicLink(GetPath("link"), GetPath("store.db"));
        var before = File.ReadAllBytes(GetPath(name));

        Assert.Throws<IOException>(() => AtomicFile.Write(GetPath(name), "{}"u8.ToArray()));
        Assert.Throws<IOException>(() => AtomicFile.WriteRegardless(GetPath(name), "{}"u8.ToArray()));
        await Assert.ThrowsAsync<IOException>(() => AtomicFile.WriteAsync(GetPath(name), stream => stream.WriteAsync("{}"u8.ToArray()).AsTask()));
        var failure = Assert.Throws<IOException>(() => AtomicFile.CheckWritable(GetPath(name)));

        Assert.Contains("SQLite database", failure.Message);
        Assert.Equal(before, File.ReadAllBytes(GetPath(name)));
        Assert.Equal(4, Files().Length);
    }

    [Fact]
    public void A_file_that_is_named_like_a_key_is_replaced_where_no_database_is_beside_it()
    {
        File.WriteAllText(GetPath("server.key"), "old");

        AtomicFile.Write(GetPath("server.key"), "new"u8.ToArray());

        Assert.Equal("new", File.ReadAllText(GetPath("server.key")));
    }

    [LinuxFact]
    public void A_file_with_two_names_keeps_both()
    {
        File.WriteAllText(GetPath("old"), "a longer text than the next");
        Process.Start("ln", [GetPath("old"), GetPath("other")])!.WaitForExit();

        AtomicFile.Write(GetPath("old"), "short"u8.ToArray());

        Assert.Equal(("short", "short"), (File.ReadAllText(GetPath("old")), File.ReadAllText(GetPath("other"))));
        Assert.Equal(new[] { GetPath("old"), GetPath("other") }, Files().Order());
    }

    [Fact]
    public void A_relative_path_is_relative_to_the_process()
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), GetPath("relative"));

        AtomicFile.Write(relative, "x"u8.ToArray());

        Assert.True(File.Exists(GetPath("relative")));
    }

    [Fact]
    public void A_writer_that_throws_leaves_the_old_file_and_no_draft()
    {
        File.WriteAllText(GetPath("old"), "old");

        Assert.Throws<TimeoutException>(() => AtomicFile.Write(GetPath("old"), stream =>
        {
            stream.WriteByte(1);
            throw new TimeoutException();
        }));

        Assert.Equal("old", File.ReadAllText(GetPath("old")));
        Assert.Equal(new[] { GetPath("old") }, Files());
    }

    [Fact]
    public void A_folder_in_the_way_fails_and_leaves_no_draft()
    {
        Directory.CreateDirectory(GetPath("taken"));

        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(GetPath("taken"), "x"u8.ToArray()));

        Assert.Empty(Files());
    }

    [Fact]
    public void A_missing_folder_fails_and_the_failure_names_the_file_that_was_asked_for()
    {
        var file = GetPath(Path.Combine("missing", "file"));

        var failure = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(file, "x"u8.ToArray()));

        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_no_file()
    {
        Directory.CreateDirectory(GetPath("folder"));

        Assert.Equal(GetPath("folder"), Assert.Throws<FolderAsFileException>(() => AtomicFile.Write(GetPath("folder"), "x"u8.ToArray())).Folder);
        Assert.Throws<FolderAsFileException>(() => AtomicFile.CheckWritable(GetPath("folder")));
    }

    [Fact]
    public void Looking_whether_a_file_could_be_written_leaves_nothing_and_changes_nothing()
    {
        File.WriteAllText(GetPath("old"), "old");

        AtomicFile.CheckWritable(GetPath("old"));
        AtomicFile.CheckWritable(GetPath("new"));

        Assert.Equal("old", File.ReadAllText(GetPath("old")));
        Assert.Equal(new[] { GetPath("old") }, Files());
    }

    [UnixTheory]
    [UnsupportedOSPlatform("windows")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_restricted_file_is_the_owners_alone_from_the_first_byte_on(bool exists)
    {
        if (exists)
        {
            File.WriteAllText(GetPath("secret"), "old");
            File.SetUnixFileMode(GetPath("secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        var ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        AtomicFile.Write(
            GetPath("secret"),
            _ => Assert.Equal(ownerOnly, GetMode(Files().Single(file => file.EndsWith(".tmp", StringComparison.Ordinal)))),
            restricted: true);

        Assert.Equal(ownerOnly, File.GetUnixFileMode(GetPath("secret")));
    }

    [UnixTheory]
    [UnsupportedOSPlatform("windows")]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.UserRead)]
    public void An_existing_file_keeps_its_mode(UnixFileMode mode)
    {
        File.WriteAllText(GetPath("old"), "old");
        File.SetUnixFileMode(GetPath("old"), mode);

        AtomicFile.Write(GetPath("old"), "new"u8.ToArray());

        Assert.Equal(mode, File.GetUnixFileMode(GetPath("old")));
        Assert.Equal("new", File.ReadAllText(GetPath("old")));
    }

    [UnixTheory]
    [UnsupportedOSPlatform("windows")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_symbolic_link_stays_and_its_target_is_written(bool targetExists)
    {
        var target = Path.Combine(folder.CreateSubdirectory("elsewhere").FullName, "target");
        if (targetExists)
        {
            File.WriteAllText(target, "old");
        }

        File.CreateSymbolicLink(GetPath("link"), target);

        AtomicFile.Write(GetPath("link"), "new"u8.ToArray());

        Assert.Equal("new", File.ReadAllText(target));
        Assert.Equal(target, new FileInfo(GetPath("link")).LinkTarget);
    }

    [Fact]
    public async Task Writers_at_the_same_time_leave_one_whole_content()
    {
        await Parallel.ForEachAsync(Enumerable.Range(1, 64), (value, _) =>
        {
            AtomicFile.Write(GetPath("shared"), Enumerable.Repeat((byte)value, 50_000).ToArray());
            return ValueTask.CompletedTask;
        });

        AssertWhole(GetPath("shared"), 50_000);
        Assert.Equal(new[] { GetPath("shared") }, Files());
    }

    [Fact]
    public async Task A_killed_writer_leaves_the_old_content_or_the_new_whole()
    {
        const int Size = 2_000_000;
        for (var round = 0; round < 4; round++)
        {
            var path = GetPath("killed" + round);
            using var writer = Start("write-loop", path, Size.ToString());
            Assert.Equal("ready", await writer.StandardOutput.ReadLineAsync());

            writer.Kill();
            await writer.WaitForExitAsync();

            AssertWhole(path, Size);
        }
    }

    private static Process Start(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "LightningOps.TestProcess.dll");
        return Process.Start(new ProcessStartInfo("dotnet", arguments.Prepend(program)) { RedirectStandardOutput = true })!;
    }

    private static UnixFileMode GetMode(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);

    private static void AssertWhole(string path, int size)
    {
        var content = File.ReadAllBytes(path);
        Assert.Equal(size, content.Length);
        Assert.Equal(-1, content.AsSpan().IndexOfAnyExcept(content[0]));
    }

    private string GetPath(string name) => Path.Combine(folder.FullName, name);

    private string[] Files() => Directory.GetFiles(folder.FullName);
}
