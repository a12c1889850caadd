using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Files;
using LightningOps.Storage;
using Microsoft.Data.Sqlite;

namespace LightningOps.Buyer.Credentials;

/// <summary>The key of a store: made with the store, and never replaced by another while there are rows it opens.</summary>
internal sealed class StoreKey
{
    private readonly StoreFileConnection store;
    private readonly KeyFile? file;
    private volatile SecretBox? box;

    /// <param name="store">The store.</param>
    /// <param name="path">Its file.</param>
    public StoreKey(StoreFileConnection store, string path)
    {
        this.store = store;
        if (path == StoreFileConnection.InMemory)
        {
            box = new SecretBox(SecretBox.NewKey());
        }
        else
        {
            file = new KeyFile(Path.GetFullPath(path) + ".key");
        }
    }

    /// <summary>Opens and seals the secrets of the store.</summary>
    /// <exception cref="CredentialKeyException">The key is lost, wrong or cannot be read.</exception>
    public async ValueTask<SecretBox> OpenAsync(CancellationToken cancellationToken)
    {
        if (box is { } open)
        {
            return open;
        }

        var known = await store.ReadAsync(FindId, cancellationToken).ConfigureAwait(false);
        var opened = new SecretBox(known is null ? file!.LoadOrCreate() : file!.Load());
        known ??= await store.WriteAsync(connection => GetOrAddId(connection, opened.KeyId), cancellationToken).ConfigureAwait(false);
        return box = opened.KeyId == known
            ? opened
            : throw new CredentialKeyException("key_mismatch", file.Path, "belongs to another credential store");
    }

    private static string? FindId(SqliteConnection connection) =>
        connection.FirstRow(row => row.GetString(0), "SELECT key_id FROM credential_key");

    private static string GetOrAddId(SqliteConnection connection, string id)
    {
        connection.Run("INSERT OR IGNORE INTO credential_key (only_one, key_id) VALUES (1, @id)", ("@id", id));
        return FindId(connection)!;
    }
}

/// <summary>
/// The file that holds the key of a credential store, beside it: readable by its user only (0600), and on Windows
/// encrypted for that user (DPAPI) as well.
/// </summary>
internal sealed class KeyFile
{
    private readonly string path;

    /// <param name="path">The file.</param>
    public KeyFile(string path) => this.path = path;

    public string Path => path;

    /// <summary>The key; a new one when there is no file. Processes that make one at the same time end with the same key.</summary>
    /// <exception cref="CredentialKeyException">The file cannot be read or made.</exception>
    public byte[] LoadOrCreate() => Guard(() =>
    {
        if (!File.Exists(path))
        {
            Create();
        }

        return Read();
    });

    /// <summary>The key.</summary>
    /// <exception cref="CredentialKeyException">There is no file, or it cannot be read.</exception>
    public byte[] Load() => Guard(() => File.Exists(path)
        ? Read()
        : throw new CredentialKeyException("key_missing", path, "is missing: it decrypts the credentials of the store in the same folder"));

    // A complete file takes the name, and only where nobody was first.
    private void Create()
    {
        using var draft = DraftFile.CreateBeside(path, restricted: true);
        var content = Wrap(SecretBox.NewKey());
        draft.Stream.Write(content, 0, content.Length);
        draft.Complete();

        // Where another process was first, its key is the key.
        if (UnixFile.TryTakeName(draft.Path, path))
        {
            draft.Commit();
        }
    }

    private byte[] Read()
    {
        var key = Unwrap(File.ReadAllBytes(path));
        return key.Length == SecretBox.KeySize ? key : throw new CredentialKeyException("key_unreadable", path, "is not a key");
    }

    private static byte[] Wrap(byte[] key) => UnixFile.IsUnix ? key : ProtectedData.Protect(key, null, DataProtectionScope.CurrentUser);

    private static byte[] Unwrap(byte[] content) => UnixFile.IsUnix ? content : ProtectedData.Unprotect(content, null, DataProtectionScope.CurrentUser);

    private byte[] Guard(Func<byte[]> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CredentialKeyException("key_unreadable", path, "cannot be read or created", failure);
        }
    }
}

/// <summary>The key of a credential store is lost, wrong or cannot be read (<c>CredentialKeyError</c>); nothing is bought without it.</summary>
public sealed class CredentialKeyException : LightningOpsException
{
    /// <summary>Creates the failure of one key file.</summary>
    /// <param name="code">key_missing, key_mismatch, key_unreadable or credential_damaged.</param>
    /// <param name="path">The key file.</param>
    /// <param name="reason">What is wrong.</param>
    /// <param name="inner">The cause.</param>
    public CredentialKeyException(string code, string path, string reason, Exception? inner = null)
        : base(
            "CredentialKeyError",
            code + ": " + path + " " + reason,
            "Restore " + path + " from a backup. Without it the credentials of the store in the same folder cannot be read. To start a new store, move both files away and buy again.",
            inner)
    {
        Code = code;
        Path = path;
    }

    /// <summary>key_missing, key_mismatch, key_unreadable or credential_damaged.</summary>
    public string Code { get; }

    /// <summary>The key file.</summary>
    public string Path { get; }
}
