using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using LightningOps.Files;
using LightningOps.Leases;

namespace LightningOps.Gateway.Databases;

/// <summary>
/// Whether another process has a SQLite file open, also one that reads and writes nothing at the moment: by the locks that SQLite
/// holds (https://www.sqlite.org/lockingv3.html), and on Linux by the open files of all processes.
/// </summary>
internal static class DatabaseHolders
{
    // Where SQLite locks: PENDING, RESERVED and the SHARED range follow one another. A reader of a database with a write-ahead log
    // holds SHARED as long as its connection is open.
    private const long FirstLock = 0x40000000;
    private const int LockBytes = 512;

    // The inode that Linux gives to the first namespace of processes (PROC_PID_INIT_INO).
    private const string FirstNamespace = "pid:[4026531836]";
    private const string Processes = "/proc";

    /// <summary>Which process has it open, and why that is not known for certain; both null where no process has it open.</summary>
    /// <param name="path">The SQLite file.</param>
    public static (string? Holder, string? Unknown) Find(string path)
    {
        if (!File.Exists(path))
        {
            return (null, null);
        }

        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            return (IsShared(path) ? "another process" : null, null);
        }

        // macOS: the runtime has no lock of a range there.
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
        {
            return (null, "this system does not say which processes have the file open");
        }

        var (holder, unread) = FindOnLinux(path);
        return (holder ?? (IsLocked(path) ? "another process" : null), Describe(unread));
    }

    // Windows lets nobody have it alone while another has it open.
    private static bool IsShared(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None).Dispose();
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether another process holds one of SQLite's locks on it; false also where the file cannot be opened for writing.</summary>
    /// <param name="path">The SQLite file.</param>
    internal static bool IsLocked(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            try
            {
                file.Lock(FirstLock, LockBytes);
                file.Unlock(FirstLock, LockBytes);
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static (string? Holder, int Unread) FindOnLinux(string path)
    {
        var unread = 0;
        var own = ProcessIdentity.Id.ToString(CultureInfo.InvariantCulture);
        if (UnixFileStatus.Find(path) is not { Inode: > 0 } file)
        {
            return (null, 1);
        }

        foreach (var process in Directory.GetDirectories(Processes).Where(folder => Path.GetFileName(folder) is var id && id.All(char.IsDigit) && id != own))
        {
            try
            {
                if (Directory.GetFileSystemEntries(process + "/fd").Any(open => UnixFileStatus.Find(open) is { } other && other.Inode == file.Inode && other.Device == file.Device))
                {
                    return (Name(process), 0);
                }
            }
            catch (UnauthorizedAccessException)
            {
                unread += IsProgram(process) ? 1 : 0;
            }
            catch (IOException)
            {
                // It has ended in the meantime.
            }
        }

        return (null, unread);
    }

    private static string? Describe(int unread)
    {
        var reasons = new List<string>();
        if (unread > 0)
        {
            reasons.Add(string.Format(CultureInfo.InvariantCulture, "{0} of other accounts cannot be examined", unread == 1 ? "a process" : unread + " processes"));
        }

        if (ProcessIdentity.Space is { } space && !space.EndsWith(FirstNamespace, StringComparison.Ordinal))
        {
            reasons.Add("processes outside this container are not seen");
        }

        return reasons.Count == 0 ? null : string.Join(", and ", reasons);
    }

    private static string Name(string process)
    {
        var id = Path.GetFileName(process);
        try
        {
            return File.ReadAllText(process + "/comm").Trim() + " (process " + id + ")";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "process " + id;
        }
    }

    // A thread of the kernel has no command line, and opens no database.
    private static bool IsProgram(string process)
    {
        try
        {
            return File.ReadAllText(process + "/cmdline").Length > 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
