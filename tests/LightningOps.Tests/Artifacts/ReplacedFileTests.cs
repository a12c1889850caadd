using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using System.Threading.Tasks;
using LightningOps.Files;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Artifacts;

/// <summary>What becomes of owner, group, mode, ACL and attributes of a file that is written, and of what is no file.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ReplacedFileTests : IDisposable
{
    private const int Aperture = 4711;
    private const int Operators = 4712;
    private const string AccessList = "system.posix_acl_access";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [RootFact]
    public void Owner_group_and_mode_are_kept()
    {
        var file = Owned("aperture.yaml", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        AtomicFile.Write(file, "new"u8.ToArray());

        AssertOwned(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Equal("new", File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [RootFact]
    public void An_access_list_and_an_extended_attribute_are_kept_and_one_of_the_folder_is_not_added()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var file = Owned("aperture.yaml", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var list = AccessListFor(4713);
        Assert.Equal(0, SetAttribute(file, AccessList, list, (nuint)list.Length, 0));
        var note = "kept"u8.ToArray();
        var hasNote = SetAttribute(file, "user.note", note, (nuint)note.Length, 0) == 0;
        Assert.Equal(0, SetAttribute(folder.Path, "system.posix_acl_default", list, (nuint)list.Length, 0));

        AtomicFile.Write(file, "new"u8.ToArray());
        var plain = folder.File("plain");
        File.WriteAllText(plain, "old");
        Assert.Equal(0, RemoveAttribute(plain, AccessList));
        AtomicFile.Write(plain, "new"u8.ToArray());

        Assert.Equal(list, Attribute(file, AccessList));
        Assert.Equal(hasNote ? note : null, Attribute(file, "user.note"));
        Assert.Null(Attribute(plain, AccessList));
    }

    [MountFact]
    public void A_file_that_is_mounted_is_written_in_place()
    {
        var host = folder.File("host.yaml");
        var container = folder.File("container.yaml");
        File.WriteAllText(host, "a longer text than the next");
        File.WriteAllText(container, string.Empty);

        using (Mount.File(host, container))
        {
            AtomicFile.Write(container, "short"u8.ToArray());
            Assert.Equal("short", File.ReadAllText(container));
            AtomicFile.CheckWritable(container);
        }

        Assert.Equal("short", File.ReadAllText(host));
        Assert.Equal([container, host], Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal));
    }

    [MountFact]
    public void What_finds_the_disk_full_leaves_the_old_content()
    {
        Directory.CreateDirectory(folder.File("disk"));
        using (Mount.Memory(folder.File("disk"), "32k"))
        {
            var file = folder.File("disk", "aperture.yaml");
            File.WriteAllText(file, new string('o', 10_000));

            Assert.ThrowsAny<IOException>(() => InPlaceFile.WriteUnprotected(file, new byte[100_000]));

            Assert.Equal(new string('o', 10_000), File.ReadAllText(file));
        }
    }

    [UnixTheory]
    [InlineData("new old: two", "old old: one, and more", "new old: two", "new old: one, and more")]
    [InlineData("a new text that is longer", "old", "a new text that is longer", "a new te")]
    [InlineData("new", "old and longer", "new", "new and longer")]
    [InlineData("new", "old", "of another", "of another")]
    [InlineData("new", "old", "old", "old")]
    public void What_a_crash_left_half_written_is_completed_by_the_next_look(string begun, string before, string right, string found)
    {
        var file = folder.File("aperture.yaml");
        File.WriteAllText(file, found);
        File.WriteAllText(folder.File(".aperture.yaml.lightningops-old"), before);
        File.WriteAllText(folder.File(".aperture.yaml.lightningops-new"), begun);

        AtomicFile.Repair(file);

        Assert.Equal(right, File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [UnixFact]
    public void What_somebody_writes_just_now_is_left_to_him()
    {
        var file = folder.File("aperture.yaml");
        File.WriteAllText(file, "new and longer");
        File.WriteAllText(folder.File(".aperture.yaml.lightningops-new"), "new");
        using (new FileStream(folder.File(".aperture.yaml.lightningops-old"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            AtomicFile.Repair(file);
        }

        Assert.Equal("new and longer", File.ReadAllText(file));
        Assert.Equal(3, Directory.GetFiles(folder.Path).Length);
    }

    [RootFact]
    public void A_text_another_user_has_laid_beside_the_file_is_not_put_into_it()
    {
        var file = folder.File("aperture.yaml");
        File.WriteAllText(file, "new and longer");
        File.WriteAllText(folder.File(".aperture.yaml.lightningops-old"), "old and longer");
        File.WriteAllText(folder.File(".aperture.yaml.lightningops-new"), "new");
        Assert.Equal(0, Chown(folder.File(".aperture.yaml.lightningops-new"), Aperture, Aperture));

        AtomicFile.Repair(file);

        Assert.Equal("new and longer", File.ReadAllText(file));
    }

    [UnixFact]
    public void A_device_is_written_through_and_stays_a_device()
    {
        AtomicFile.Write("/dev/null", "gone"u8.ToArray());
        AtomicFile.CheckWritable("/dev/null");

        Assert.True(UnixFileStatus.Find("/dev/null")!.IsCharacterDevice);
    }

    [UnixFact]
    public async Task A_pipe_is_written_through_to_its_reader_and_refused_without_one()
    {
        var pipe = folder.File("pipe");
        using (var made = Process.Start("mkfifo", pipe))
        {
            await made.WaitForExitAsync();
        }

        Assert.Contains("pipe without a reader", Assert.ThrowsAny<IOException>(() => AtomicFile.Write(pipe, "x"u8.ToArray())).Message, StringComparison.Ordinal);

        using var reader = Process.Start(new ProcessStartInfo("cat", [pipe]) { RedirectStandardOutput = true })!;
        Microsoft.Win32.SafeHandles.SafeFileHandle? held;
        while ((held = UnixFile.HoldForReader(pipe)) is null)
        {
            await Task.Yield();
        }

        using (held)
        {
            AtomicFile.Write(pipe, "through"u8.ToArray());
        }

        Assert.Equal("through", await reader.StandardOutput.ReadToEndAsync());
        Assert.True(UnixFileStatus.Find(pipe)!.IsPipe);
    }

    [RootFact]
    public void A_file_of_the_modules_own_has_group_and_mode_of_the_operators_and_replaces_a_planted_link()
    {
        var file = Owned("aperture.yaml", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        File.WriteAllText(folder.File("victim"), "untouched");
        File.CreateSymbolicLink(folder.File("own"), folder.File("victim"));

        AtomicFile.WriteLike(folder.File("own"), "x"u8.ToArray(), file);

        Assert.Equal("untouched", File.ReadAllText(folder.File("victim")));
        var status = UnixFileStatus.FindItself(folder.File("own"))!;
        Assert.True(status.IsRegular);
        Assert.Equal((0, Operators), (status.UserId, status.GroupId));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(folder.File("own")));
    }

    private string Owned(string name, UnixFileMode mode)
    {
        var file = folder.File(name);
        File.WriteAllText(file, "old");
        Assert.Equal(0, Chown(file, Aperture, Operators));
        File.SetUnixFileMode(file, mode);
        return file;
    }

    private static void AssertOwned(string file, UnixFileMode mode)
    {
        var status = UnixFileStatus.Find(file)!;
        Assert.Equal((Aperture, Operators, mode), (status.UserId, status.GroupId, File.GetUnixFileMode(file)));
    }

    /// <summary>rw for the owner, r for one named user; linux/posix_acl_xattr.h.</summary>
    private static byte[] AccessListFor(int userId)
    {
        var list = new MemoryStream();
        using var writer = new BinaryWriter(list, Encoding.UTF8, leaveOpen: true);
        writer.Write(2);
        foreach (var (tag, rights, id) in new[] { (0x01, 6, -1), (0x02, 4, userId), (0x04, 0, -1), (0x10, 4, -1), (0x20, 0, -1) })
        {
            writer.Write((short)tag);
            writer.Write((short)rights);
            writer.Write(id);
        }

        writer.Flush();
        return list.ToArray();
    }

    private static byte[]? Attribute(string path, string name)
    {
        var value = new byte[1024];
        var length = GetAttribute(path, name, value, (nuint)value.Length);
        return length < 0 ? null : value[..(int)length];
    }

    [DllImport("libc", EntryPoint = "chown")]
    private static extern int Chown([MarshalAs(UnmanagedType.LPStr)] string path, int userId, int groupId);

    [DllImport("libc", EntryPoint = "setxattr")]
    private static extern int SetAttribute([MarshalAs(UnmanagedType.LPStr)] string path, [MarshalAs(UnmanagedType.LPStr)] string name, byte[] value, nuint size, int flags);

    [DllImport("libc", EntryPoint = "removexattr")]
    private static extern int RemoveAttribute([MarshalAs(UnmanagedType.LPStr)] string path, [MarshalAs(UnmanagedType.LPStr)] string name);

    [DllImport("libc", EntryPoint = "getxattr")]
    private static extern nint GetAttribute([MarshalAs(UnmanagedType.LPStr)] string path, [MarshalAs(UnmanagedType.LPStr)] string name, byte[] value, nuint size);
}
