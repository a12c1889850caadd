using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts;

namespace LightningOps.Reconcile.Leases;

/// <summary>
/// Leases as files of a folder, among all processes that see it: beside the configuration a File gateway writes, or in
/// the user's data directory.
/// </summary>
/// <remarks>
/// The holder keeps <c>.….lock</c> open and locked, which the system undoes when the process ends, however it ends; in
/// <c>.….lease</c> stands who it is. A lock need not reach across machines, so the lease of another machine also holds
/// until it runs out.
/// </remarks>
public sealed class LeaseFiles : ILeaseStore
{
    private const int LongestName = 60;

    private readonly ConcurrentDictionary<string, FileStream> locks = new(StringComparer.Ordinal);
    private readonly string folder;

    /// <summary>Leases in a folder, made when it lacks.</summary>
    /// <param name="folder">The folder.</param>
    public LeaseFiles(string folder) => this.folder = folder;

    /// <inheritdoc/>
    /// <exception cref="LeaseFileException">The folder cannot be written.</exception>
    public Task<LeaseHolder?> TryTakeAsync(LeaseHolder claim, CancellationToken cancellationToken) => Task.Run(() => TryTake(claim), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="LeaseFileException">The folder cannot be written.</exception>
    public Task<bool> RenewAsync(LeaseHolder holder, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            // Nobody of this machine can have taken it while the lock is held; one of another may, once it ran out.
            var path = PathOf(holder.Gateway, "lease");
            if (!locks.ContainsKey(holder.Token) || Read(path)?.Token != holder.Token)
            {
                return false;
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
            if (!locks.TryRemove(holder.Token, out var held))
            {
                return;
            }

            using (held)
            {
                var path = PathOf(holder.Gateway, "lease");
                if (Read(path)?.Token == holder.Token)
                {
                    Guard(path, () => File.Delete(path));
                }
            }
        },
        cancellationToken);

    private LeaseHolder? TryTake(LeaseHolder claim)
    {
        var path = PathOf(claim.Gateway, "lease");
        var held = TryLock(PathOf(claim.Gateway, "lock"));
        if (held is null)
        {
            return Read(path) ?? Unknown(claim);
        }

        try
        {
            var holder = Read(path);
            if (holder is not null && !LeaseRules.IsOfSameMachine(holder, claim) && holder.ExpiresAtMs > claim.SinceMs)
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
            Directory.CreateDirectory(folder);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new LeaseFileException(path, failure);
        }
    }

    private static LeaseHolder? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<LeaseHolder>(File.ReadAllBytes(path), ArtifactJson.Options);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            // No lease, one just being given up, or none of this module's: the lock decides.
            return null;
        }
    }

    private static void Write(string path, LeaseHolder holder) =>
        Guard(path, () => AtomicFile.Write(path, Encoding.UTF8.GetBytes(ArtifactJson.Serialize(holder) + "\n")));

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

    private static LeaseHolder Unknown(LeaseHolder claim) =>
        claim with { RequestId = "unknown", ProcessId = 0, Token = string.Empty };

    /// <summary>Readable, and of its own for every name.</summary>
    private string PathOf(string gateway, string extension)
    {
        using var sha = SHA256.Create();
        var digest = string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(gateway)).Take(6).Select(octet => octet.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        var name = gateway.Substring(gateway.LastIndexOf('/') + 1);
        var readable = string.Concat(name.Take(LongestName).Select(letter => letter < 128 && char.IsLetterOrDigit(letter) || letter is '.' or '-' ? letter : '_'));
        return Path.Combine(folder, "." + readable + "." + digest + "." + extension);
    }
}
