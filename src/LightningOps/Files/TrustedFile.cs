using System;
using System.Globalization;
using System.IO;

namespace LightningOps.Files;

/// <summary>
/// Whether a file may be trusted to name programs or recipients of secrets
/// (docs/reference/gateway.md#registered-gateways): root or this account owns it and its folder, nobody else can
/// write them, and no parent folder is open to everybody. Not checked on Windows, where the access list of the folder
/// decides.
/// </summary>
internal static class TrustedFile
{
    private const int GroupCanWrite = 0x10;
    private const int OthersCanWrite = 0x2;
    private const int GroupAndOthers = 0x3F;
    private const int Sticky = 0x200;

    // The limit of Linux.
    private const int MaxLinks = 40;

    /// <summary>Why a file is not trusted; null when it is trusted or does not exist.</summary>
    /// <param name="path">The file, absolute. For a link its target is checked too.</param>
    /// <param name="purpose">The refused use: <c>is not run</c>.</param>
    public static FileNotTrustedException? FindFault(string path, string purpose)
    {
        var target = UnixFile.ResolveLink(path);
        return FindNodeFault(target, purpose, isFolder: false, GroupCanWrite | OthersCanWrite)
            ?? FindFolderFault(path, purpose)
            ?? (target == path ? null : FindFolderFault(target, purpose))
            ?? FindLinkFault(path, purpose);
    }

    /// <summary>Anyone who can write the folder of a link, or of a linked folder in the path, controls its target.</summary>
    private static FileNotTrustedException? FindLinkFault(string path, string purpose)
    {
        for (var links = 0; UnixFile.IsUnix && links < MaxLinks && FindFirstLink(path) is var (link, next); links++)
        {
            if ((FindFolderFault(link, purpose) ?? FindFolderFault(next, purpose)) is { } fault)
            {
                return fault;
            }

            path = next;
        }

        return null;
    }

    /// <summary>The first part of a path that is a link, and the path with that link resolved; null for none.</summary>
    private static (string Link, string Next)? FindFirstLink(string path)
    {
        for (var end = path.IndexOf('/', 1); ; end = path.IndexOf('/', end + 1))
        {
            var part = end < 0 ? path : path.Substring(0, end);
            if (UnixFile.ReadLink(part) is { } target)
            {
                return (part, Path.GetFullPath(target + (end < 0 ? string.Empty : path.Substring(end))));
            }

            if (end < 0)
            {
                return null;
            }
        }
    }

    /// <summary>Why a file with a secret must not be read: others may read or write it. Null when only its owner may.</summary>
    public static FileNotTrustedException? FindSecretFault(string path) =>
        FindNodeFault(UnixFile.ResolveLink(path), "is not read", isFolder: false, GroupAndOthers) ?? FindFault(path, "is not read");

    /// <summary>A warning that accounts other than the owner may read or write a file with a secret; null if only the owner may.</summary>
    public static string? FindExposure(string path)
    {
        var target = UnixFile.ResolveLink(path);
        return UnixFile.IsUnix && UnixFileStatus.Find(target) is { IsRegular: true } status && (status.Mode & GroupAndOthers) != 0
            ? path + " holds a secret, and other accounts have access to it (mode " + FileNotTrustedException.FormatMode(status.Mode & 0xFFF) + "). Run chmod 600 " + target + "."
            : null;
    }

    private static FileNotTrustedException? FindFolderFault(string path, string purpose)
    {
        var folder = Path.GetDirectoryName(path);
        var denied = GroupCanWrite | OthersCanWrite;
        while (!string.IsNullOrEmpty(folder))
        {
            if (FindNodeFault(folder!, purpose, isFolder: true, denied) is { } fault)
            {
                return fault;
            }

            denied = OthersCanWrite;
            folder = Path.GetDirectoryName(folder);
        }

        return null;
    }

    private static FileNotTrustedException? FindNodeFault(string path, string purpose, bool isFolder, int denied)
    {
        if (!UnixFile.IsUnix || UnixFileStatus.Find(path) is not { } status)
        {
            return null;
        }

        var isOthers = status.UserId != 0 && status.UserId != UnixFile.UserId;
        var isKept = isFolder && (status.Mode & Sticky) != 0;
        return isOthers || (!isKept && (status.Mode & denied) != 0)
            ? new FileNotTrustedException(path, status.UserId, status.Mode & 0xFFF, purpose, isFolder, isOthers)
            : null;
    }
}

/// <summary>A file that others own or can change, although it names programs or recipients of secrets (<c>FileNotTrusted</c>).</summary>
public sealed class FileNotTrustedException : LightningOpsException
{
    /// <summary>Creates the failure of one file or folder.</summary>
    internal FileNotTrustedException(string path, int owner, int mode, string purpose, bool isFolder, bool isOthers)
        : base(
            "FileNotTrusted",
            (isFolder ? "What is in " + path + " " : path + " ") + purpose + ": " + (isOthers ? "another account owns it" : "others than its owner have access")
                + " (owner " + (owner == 0 ? "root" : owner.ToString(CultureInfo.InvariantCulture)) + ", mode " + FormatMode(mode) + ")",
            "Make root or your account the owner, and remove the write permission of others: chown, then chmod " + (isFolder ? "go-w " : purpose == "is not read" ? "0600 " : "go-w ") + path + ".")
    {
        Path = path;
        Owner = owner;
        Mode = FormatMode(mode);
    }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>Id of the owning account; 0 is root.</summary>
    public int Owner { get; }

    /// <summary>Its mode in octal digits: <c>0666</c>.</summary>
    public string Mode { get; }

    internal static string FormatMode(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');
}
