using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Files;
using LightningOps.Json;

namespace LightningOps.Leases;

/// <summary>
/// Leases as files in a folder, for all processes that can access it: beside the configuration of a File gateway, or
/// in the user's data directory.
/// </summary>
/// <remarks>
///  The holder keeps <c>.….lock</c> open and locked, which the system releases when the process ends for any reason.
/// <c>.….lease</c> contains the holder. A lock may not work across machines, so the lease of another machine also
/// holds until it expires.
/// </remarks>
internal sealed class FileLeases : ILeaseStore, IBreakableLeases
{
    private const string FileGateway = "file:";
    private const int MaxNameLength = 60;
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int SharingViolation = 32;
    private const int LockViolation = 33;

    // Null if there is nothing to lock.
    private readonly ConcurrentDictionary<string, FileStream?> locks = new(StringComparer.Ordinal);
    private readonly string folder;
    private readonly string? configuration;

    /// <summary>Leases in a folder, which is created if missing.</summary>
    /// <param name="folder">The folder.</param>
    public FileLeases(string folder) => this.folder = folder;

    private FileLeases(string folder, string configuration)
        : this(folder) =>
        this.configuration = configuration;

    /// <summary>
    /// The lease of a configuration, beside it and with its group and mode, so that an account that may write the
    /// configuration may hold it. A file with several names (symbolic links) has one lease. If the file does not exist,
    /// nothing is created and no lease is enforced.
    /// </summary>
    /// <param name="configuration">The file.</param>
    public static FileLeases Beside(string configuration)
    {
        var path = UnixFile.ResolvePath(configuration);
        return new FileLeases(Path.GetDirectoryName(path) ?? ".", path);
    }

    /// <inheritdoc/>
    /// <exception cref="LeaseFileException">The folder cannot be written.</exception>
    public Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken) => Task.Run(() => TryTake(claim), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="LeaseFileException">The folder cannot be written.</exception>
    public Task<bool> RenewAsync(LeaseHolder holder, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            // While the lock is held, no process of this machine can have taken it. Another machine may, once it
            // expired.
            var path = GetPath(holder.Gateway, "lease");
            if (!locks.TryGetValue(holder.Token, out var held) || (held is not null && Read(path)?.Token != holder.Token))
            {
                return false;
            }

            if (held is null)
            {
                return true;
            }

            Write(path, holder);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="LeaseFileException">The lease file cannot be deleted.</exception>
    public Task ReleaseAsync(LeaseHolder holder, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            if (!locks.TryRemove(holder.Token, out var held) || held is null)
            {
                return;
            }

            using (held)
            {
                var path = GetPath(holder.Gateway, "lease");
                if (Read(path)?.Token == holder.Token)
                {
                    Guard(path, () => File.Delete(path));
                }
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="LeaseFileException">The folder cannot be written.</exception>
    public Task<LeaseHolder?> FindHolderAsync(LeaseHolder claim, CancellationToken cancellationToken) => Task.Run(() => FindHolder(claim), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="LeaseFileException">Lock or lease cannot be removed.</exception>
    public Task<bool> BreakAsync(LeaseHolder holder, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var path = GetPath(holder.Gateway, "lease");
            if (holder.Token.Length > 0 && Read(path) is { } now && now.Token != holder.Token)
            {
                return false;
            }

            // First the lease: a holder that finds it gone sends nothing more. Then the lock, which the holder keeps open without
            // a name.
            Guard(path, () => File.Delete(path));
            var held = GetPath(holder.Gateway, "lock");
            Guard(held, () => File.Delete(held));
            return true;
        },
        cancellationToken);

    private LeaseHolder? FindHolder(LeaseHolder claim)
    {
        var held = GetPath(claim.Gateway, "lock");
        if (!File.Exists(held))
        {
            return null;
        }

        var holder = Read(GetPath(claim.Gateway, "lease"));
        if (TryLock(held) is not { } free)
        {
            return ToHolder(holder) ?? Unknown(claim);
        }

        free.Dispose();
        return holder is not null && !LeaseRules.IsSameMachine(holder, claim) && LeaseRules.HasTimeLeft(holder, claim) ? holder : null;
    }

    private LeaseHolder? TryTake(LeaseHolder claim)
    {
        if (configuration is not null && !File.Exists(configuration))
        {
            // A mistyped name is reported by the reader of the file.
            locks[claim.Token] = null;
            return null;
        }

        var path = GetPath(claim.Gateway, "lease");
        var held = TryLock(GetPath(claim.Gateway, "lock"));
        if (held is null)
        {
            return ToHolder(Read(path)) ?? Unknown(claim);
        }

        try
        {
            var holder = Read(path);
            if (holder is not null && !LeaseRules.IsSameMachine(holder, claim) && LeaseRules.HasTimeLeft(holder, claim))
            {
                held.Dispose();
                return holder;
            }

            Write(path, claim);
            locks[claim.Token] = held;
            return null;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private FileStream? TryLock(string path)
    {
        try
        {
            if (UnixFile.IsUnix)
            {
                MakeLock(path);
            }
            else
            {
                Directory.CreateDirectory(folder);
            }

            return OpenLock(path);
        }
        catch (IOException failure) when (IsLocked(failure))
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new LeaseFileException(path, failure);
        }
    }

    /// <summary>Completes the lock with its rights before it gets its name, and never writes through a link created by others.</summary>
    private void MakeLock(string path)
    {
        if (configuration is null)
        {
            Directory.CreateDirectory(folder);
        }

        if (UnixFileStatus.FindItself(path) is { } status)
        {
            if (!status.IsRegular)
            {
                throw new IOException(path + " is not a regular file and cannot be used as a lock. Remove it.");
            }

            return;
        }

        using var draft = DraftFile.CreateBeside(path, restricted: true);
        draft.Complete();
        if (configuration is not null)
        {
            FileAccessRights.Find(configuration)?.ApplyGroupAndMode(draft.Path);
        }

        if (UnixFile.TryTakeName(draft.Path, path))
        {
            draft.Commit();
        }
    }

    private static FileStream OpenLock(string path)
    {
        try
        {
            return new FileStream(path, UnixFile.IsUnix ? FileMode.Open : FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException) when (UnixFile.IsUnix && File.Exists(path))
        {
            // A lock of a release that gave it no group. Read access is enough to lock it.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
        }
    }

    /// <summary>Whether another process holds the lock. A full disk or a missing permission is a different error.</summary>
    private static bool IsLocked(IOException failure) => UnixFile.IsUnix
        ? failure.HResult is LinuxWouldBlock or MacWouldBlock
        : (failure.HResult & 0xFFFF) is SharingViolation or LockViolation;

    /// <summary>The holder of the lock, which may differ from the writer of the lease: read access is enough to lock the file.</summary>
    private static LeaseHolder? ToHolder(LeaseHolder? written) =>
        written is { ProcessId: > 0 } && written.ProcessSpace == ProcessIdentity.Space && written.Host == ProcessIdentity.Host && !ProcessIdentity.IsAlive(written.ProcessId) ? null : written;

    private static LeaseHolder? Read(string path)
    {
        try
        {
            return UnixFile.IsRegular(path) && JsonSerializer.Deserialize<LeaseHolder>(File.ReadAllBytes(path), ArtifactJson.Options) is { } holder && LeaseRules.IsPlausible(holder)
                ? holder
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            // No lease, one just being released, or a foreign file; the lock decides.
            return null;
        }
    }

    private void Write(string path, LeaseHolder holder) =>
        Guard(path, () => AtomicFile.WriteLike(path, Encoding.UTF8.GetBytes(ArtifactJson.Serialize(holder) + "\n"), configuration ?? path));

    private static void Guard(string path, Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LeaseFileException(path, failure);
        }
    }

    private LeaseHolder Unknown(LeaseHolder claim) =>
        claim with { RequestId = "unknown", ProcessId = LockOwner.Find(GetPath(claim.Gateway, "lock")) ?? 0, Token = string.Empty };

    /// <summary>Readable, and unique for every name.</summary>
    private string GetPath(string gateway, string extension)
    {
        gateway = configuration is null ? gateway : FileGateway + configuration;
        using var sha = SHA256.Create();
        var digest = string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(gateway)).Take(6).Select(octet => octet.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        var name = gateway.Substring(gateway.LastIndexOf('/') + 1);
        var readable = string.Concat(name.Take(MaxNameLength).Select(letter => letter < 128 && char.IsLetterOrDigit(letter) || letter is '.' or '-' ? letter : '_'));
        return Path.Combine(folder, "." + readable + "." + digest + "." + extension);
    }
}

/// <summary>A lease file that cannot be used (<c>LeaseFileError</c>). Without a lease nothing is changed.</summary>
public sealed class LeaseFileException : LightningOpsException
{
    /// <summary>Creates the failure of one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inner">The cause.</param>
    public LeaseFileException(string path, Exception inner)
        : base("LeaseFileError", path + " cannot be used as a lease: " + inner.Message, RemedyFor(path, inner), inner) =>
        Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    private static string RemedyFor(string path, Exception inner) => inner is UnauthorizedAccessException && UnixFile.IsKeptBySticky(path)
        ? "The folder of " + path + " is sticky: only the owner of a file may replace or remove it there. Have its owner remove " + path + ", or use a folder without the sticky bit for this group."
        : inner is UnauthorizedAccessException or DirectoryNotFoundException
        ? "Grant this user write access to " + path + " and to its folder."
        : "Check whether the disk of " + path + " is full or read-only, and what exists at that path.";
}
