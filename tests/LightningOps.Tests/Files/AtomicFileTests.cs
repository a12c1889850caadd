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
        AtomicFile.Write(PathOf("new"), "hello"u8.ToArray());

        Assert.Equal("hello", File.ReadAllText(PathOf("new")));
        Assert.Equal(new[] { PathOf("new") }, Files());
    }

    [Fact]
    public void An_existing_file_is_replaced_and_no_draft_stays()
    {
        File.WriteAllText(PathOf("old"), "a longer text than the next");

        AtomicFile.Write(PathOf("old"), "short"u8.ToArray());

        Assert.Equal("short", File.ReadAllText(PathOf("old")));
        Assert.Equal(new[] { PathOf("old") }, Files());
    }

    [Fact]
    public void A_relative_path_is_relative_to_the_process()
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), PathOf("relative"));

        AtomicFile.Write(relative, "x"u8.ToArray());

        Assert.True(File.Exists(PathOf("relative")));
    }

    [Fact]
    public void A_writer_that_throws_leaves_the_old_file_and_no_draft()
    {
        File.WriteAllText(PathOf("old"), "old");

        Assert.Throws<TimeoutException>(() => AtomicFile.Write(PathOf("old"), stream =>
        {
            stream.WriteByte(1);
            throw new TimeoutException();
        }));

        Assert.Equal("old", File.ReadAllText(PathOf("old")));
        Assert.Equal(new[] { PathOf("old") }, Files());
    }

    [Fact]
    public void A_folder_in_the_way_fails_and_leaves_no_draft()
    {
        Directory.CreateDirectory(PathOf("taken"));

        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(PathOf("taken"), "x"u8.ToArray()));

        Assert.Empty(Files());
    }

    [Fact]
    public void A_missing_folder_fails_and_the_failure_names_the_file_that_was_asked_for()
    {
        var file = PathOf(Path.Combine("missing", "file"));

        var failure = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(file, "x"u8.ToArray()));

        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_no_file()
    {
        Directory.CreateDirectory(PathOf("folder"));

        Assert.Equal(PathOf("folder"), Assert.Throws<FolderAsFileException>(() => AtomicFile.Write(PathOf("folder"), "x"u8.ToArray())).Folder);
        Assert.Throws<FolderAsFileException>(() => AtomicFile.CheckWritable(PathOf("folder")));
    }

    [Fact]
    public void Looking_whether_a_file_could_be_written_leaves_nothing_and_changes_nothing()
    {
        File.WriteAllText(PathOf("old"), "old");

        AtomicFile.CheckWritable(PathOf("old"));
        AtomicFile.CheckWritable(PathOf("new"));

        Assert.Equal("old", File.ReadAllText(PathOf("old")));
        Assert.Equal(new[] { PathOf("old") }, Files());
    }

    [UnixTheory]
    [UnsupportedOSPlatform("windows")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_restricted_file_is_the_owners_alone_from_the_first_byte_on(bool exists)
    {
        if (exists)
        {
            File.WriteAllText(PathOf("secret"), "old");
            File.SetUnixFileMode(PathOf("secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }

        var ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        AtomicFile.Write(
            PathOf("secret"),
            _ => Assert.Equal(ownerOnly, ModeOf(Files().Single(file => file.EndsWith(".tmp", StringComparison.Ordinal)))),
            restricted: true);

        Assert.Equal(ownerOnly, File.GetUnixFileMode(PathOf("secret")));
    }

    [UnixTheory]
    [UnsupportedOSPlatform("windows")]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.UserRead)]
    public void An_existing_file_keeps_its_mode(UnixFileMode mode)
    {
        File.WriteAllText(PathOf("old"), "old");
        File.SetUnixFileMode(PathOf("old"), mode);

        AtomicFile.Write(PathOf("old"), "new"u8.ToArray());

        Assert.Equal(mode, File.GetUnixFileMode(PathOf("old")));
        Assert.Equal("new", File.ReadAllText(PathOf("old")));
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

        File.CreateSymbolicLink(PathOf("link"), target);

        AtomicFile.Write(PathOf("link"), "new"u8.ToArray());

        Assert.Equal("new", File.ReadAllText(target));
        Assert.Equal(target, new FileInfo(PathOf("link")).LinkTarget);
    }

    [Fact]
    public async Task Writers_at_the_same_time_leave_one_whole_content()
    {
        await Parallel.ForEachAsync(Enumerable.Range(1, 64), (value, _) =>
        {
            AtomicFile.Write(PathOf("shared"), Enumerable.Repeat((byte)value, 50_000).ToArray());
            return ValueTask.CompletedTask;
        });

        AssertWhole(PathOf("shared"), 50_000);
        Assert.Equal(new[] { PathOf("shared") }, Files());
    }

    [Fact]
    public async Task A_killed_writer_leaves_the_old_content_or_the_new_whole()
    {
        const int Size = 2_000_000;
        for (var round = 0; round < 4; round++)
        {
            var path = PathOf("killed" + round);
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

    private static UnixFileMode ModeOf(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);

    private static void AssertWhole(string path, int size)
    {
        var content = File.ReadAllBytes(path);
        Assert.Equal(size, content.Length);
        Assert.Equal(-1, content.AsSpan().IndexOfAnyExcept(content[0]));
    }

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    private string[] Files() => Directory.GetFiles(folder.FullName);
}
