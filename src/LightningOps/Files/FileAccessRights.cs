using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;

namespace LightningOps.Files;

/// <summary>Access rights of a Unix file: owner, group, mode and, on Linux, its extended attributes, including an ACL.</summary>
internal sealed class FileAccessRights
{
    private const string AccessList = "system.posix_acl_access";
    private const int PermissionBits = 0xFFF;
    private const int OwnerBits = 0x1C0;
    private const int GroupBits = 0x38;
    private const int OtherBits = 0x7;
    private const int ReadBits = 0x124;
    private const int SameId = -1;

    private readonly UnixFileStatus status;
    private readonly IReadOnlyDictionary<string, byte[]> attributes;

    private FileAccessRights(UnixFileStatus status, IReadOnlyDictionary<string, byte[]> attributes)
    {
        this.status = status;
        this.attributes = attributes;
    }

    /// <summary>The rights of a file; null when there is no file, or the system does not report them.</summary>
    public static FileAccessRights? Find(string path) =>
        UnixFileStatus.Find(path) is { } status ? new FileAccessRights(status, ReadAttributes(path)) : null;

    /// <summary>Sets all rights on a file that only this account may open yet.</summary>
    /// <returns>False when the file does not have all of them afterwards; it is then open to no further account.</returns>
    public bool TryApply(string path)
    {
        if (Find(path) is not { } now)
        {
            return false;
        }

        if ((now.status.UserId != status.UserId || now.status.GroupId != status.GroupId) && Chown(path, status.UserId, status.GroupId) != 0)
        {
            return false;
        }

        return TryApplyAttributes(path, now) && Chmod(path, status.Mode & PermissionBits) == 0 && Find(path) is { } after && Equals(after);
    }

    /// <summary>
    /// Gives a file of this account the group and the mode of another file. If the group cannot be set, group
    /// permissions are removed, so that no other group can read it.
    /// </summary>
    public void ApplyGroupAndMode(string path)
    {
        var hasGroup = UnixFileStatus.FindItself(path)?.GroupId == status.GroupId || Chown(path, SameId, status.GroupId) == 0;
        _ = Chmod(path, status.Mode & (OwnerBits | OtherBits | (hasGroup ? GroupBits : 0)));
    }

    /// <summary>Like <see cref="ApplyGroupAndMode" />, for a folder. An account that may read a file may search the folder.</summary>
    public void ApplyGroupAndModeToFolder(string path)
    {
        var hasGroup = UnixFileStatus.FindItself(path)?.GroupId == status.GroupId || Chown(path, SameId, status.GroupId) == 0;
        var mode = status.Mode & (OtherBits | (hasGroup ? GroupBits : 0));
        _ = Chmod(path, OwnerBits | mode | ((mode & ReadBits) >> 2));
    }

    private bool Equals(FileAccessRights other) =>
        status.UserId == other.status.UserId
        && status.GroupId == other.status.GroupId
        && status.Mode == other.status.Mode
        && attributes.Count == other.attributes.Count
        && attributes.All(attribute => other.attributes.TryGetValue(attribute.Key, out var value) && attribute.Value.AsSpan().SequenceEqual(value));

    private bool TryApplyAttributes(string path, FileAccessRights now)
    {
        // The folder's default ACL gives each new file an ACL.
        foreach (var name in now.attributes.Keys.Where(name => !attributes.ContainsKey(name)))
        {
            _ = RemoveAttribute(path, name);
        }

        foreach (var attribute in attributes)
        {
            var isThere = now.attributes.TryGetValue(attribute.Key, out var value) && attribute.Value.AsSpan().SequenceEqual(value);
            if (!isThere && SetAttribute(path, attribute.Key, attribute.Value, (UIntPtr)attribute.Value.Length, 0) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static Dictionary<string, byte[]> ReadAttributes(string path)
    {
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
        {
            return found;
        }

        // Not every file system lists its ACLs.
        foreach (var name in AttributeNames(path).Append(AccessList).Distinct(StringComparer.Ordinal))
        {
            if (Fetch((value, size) => GetAttribute(path, name, value, size)) is { } value)
            {
                found[name] = value;
            }
        }

        return found;
    }

    private static string[] AttributeNames(string path) =>
        Fetch((list, size) => ListAttributes(path, list, size)) is { } names
            ? Encoding.UTF8.GetString(names).Split(new[] { '\0' }, StringSplitOptions.RemoveEmptyEntries)
            : [];

    /// <summary>A value of unknown size; null when there is none.</summary>
    private static byte[]? Fetch(Func<byte[]?, UIntPtr, IntPtr> call)
    {
        var size = (int)call(null, UIntPtr.Zero);
        if (size < 0)
        {
            return null;
        }

        var value = new byte[size];
        var length = size == 0 ? 0 : (int)call(value, (UIntPtr)size);
        return length < 0 ? null : value.AsSpan(0, length).ToArray();
    }

    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    private static extern int Chown([MarshalAs(UnmanagedType.LPStr)] string path, int userId, int groupId);

    [DllImport("libc", EntryPoint = "chmod", SetLastError = true)]
    private static extern int Chmod([MarshalAs(UnmanagedType.LPStr)] string path, int mode);

    [DllImport("libc", EntryPoint = "listxattr", SetLastError = true)]
    private static extern IntPtr ListAttributes([MarshalAs(UnmanagedType.LPStr)] string path, [Out] byte[]? list, UIntPtr size);

    [DllImport("libc", EntryPoint = "getxattr", SetLastError = true)]
    private static extern IntPtr GetAttribute([MarshalAs(UnmanagedType.LPStr)] string path, [MarshalAs(UnmanagedType.LPStr)] string name, [Out] byte[]? value, UIntPtr size);

    [DllImport("libc", EntryPoint = "setxattr", SetLastError = true)]
    private static extern int SetAttribute([MarshalAs(UnmanagedType.LPStr)] string path, [MarshalAs(UnmanagedType.LPStr)] string name, byte[] value, UIntPtr size, int flags);

    [DllImport("libc", EntryPoint = "removexattr", SetLastError = true)]
    private static extern int RemoveAttribute([MarshalAs(UnmanagedType.LPStr)] string path, [MarshalAs(UnmanagedType.LPStr)] string name);
}
