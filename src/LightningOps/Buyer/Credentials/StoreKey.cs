using System;
using System.Data.Common;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Files;
using LightningOps.L402;
using LightningOps.Storage;

namespace LightningOps.Buyer.Credentials;

/// <summary>The key of a store. The first purchase fixes it; it is never replaced while there are rows that it opens.</summary>
internal sealed class StoreKey
{
    private readonly ICredentialDatabase store;
    private readonly ICredentialKey source;
    private volatile SecretBox? box;

    /// <param name="store">The store.</param>
    /// <param name="source">The source of the key.</param>
    public StoreKey(ICredentialDatabase store, ICredentialKey source)
    {
        this.store = store;
        this.source = source;
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
        var opened = new SecretBox(known is null ? source.LoadOrCreate() : source.Load());
        if (known is null)
        {
            // The first purchase fixes the key. Until then the key may change.
            return opened;
        }

        return box = opened.KeyId == known ? opened : throw source.CreateMismatch();
    }

    /// <summary>Records the key that seals secrets from now on, in the transaction of the first of them.</summary>
    /// <exception cref="CredentialKeyException">The store has another key.</exception>
    public void Require(DbConnection connection, SecretBox sealing)
    {
        if (!ReferenceEquals(box, sealing) && GetOrAddId(connection, sealing.KeyId) != sealing.KeyId)
        {
            throw source.CreateMismatch();
        }
    }

    private static string? FindId(DbConnection connection) =>
        connection.FirstRow(row => row.GetString(0), "SELECT key_id FROM credential_key");

    private static string GetOrAddId(DbConnection connection, string id)
    {
        connection.Run("INSERT INTO credential_key (only_one, key_id) VALUES (1, @id) ON CONFLICT (only_one) DO NOTHING", ("@id", id));
        return FindId(connection)!;
    }
}

/// <summary>The source of the key of a store.</summary>
internal interface ICredentialKey
{
    /// <summary>The key of an empty store; a new one if there is none and one can be created.</summary>
    /// <exception cref="CredentialKeyException">The key cannot be read or created.</exception>
    byte[] LoadOrCreate();

    /// <summary>The key of a store that holds secrets.</summary>
    /// <exception cref="CredentialKeyException">It is lost or cannot be read.</exception>
    byte[] Load();

    /// <summary>The failure for the key of another store.</summary>
    CredentialKeyException CreateMismatch();
}

/// <summary>The key of a store in memory.</summary>
internal sealed class MemoryKey : ICredentialKey
{
    private readonly byte[] key = SecretBox.NewKey();

    public byte[] LoadOrCreate() => key;

    public byte[] Load() => key;

    public CredentialKeyException CreateMismatch() => new("key_mismatch", StoreFileConnection.InMemory, "belongs to another credential store");
}

/// <summary>The key of a team's credentials. Each machine has it, the database never.</summary>
/// <param name="read">Returns the key as text.</param>
/// <param name="name">Source of the key, for messages.</param>
internal sealed class TeamKey(Func<string> read, string name) : ICredentialKey
{
    private const string KeyRemedy = "Use the key with which the team began, with Connect-LightningOps -CredentialKey. Nothing was changed.";
    private const int HexDigits = SecretBox.KeySize * 2;

    public byte[] LoadOrCreate() => Load();

    public byte[] Load() => Parse(read().Trim()) ?? throw new CredentialKeyException(
        "key_unreadable", name, "is not a key", "A key is 32 random bytes, written as 64 hex digits or as base64: openssl rand -hex 32. Keep it in a file with mode 0600, a variable or a vault.");

    public CredentialKeyException CreateMismatch() => new("key_mismatch", name, "is not the key of the credentials in the team's store", KeyRemedy);

    private static byte[]? Parse(string text)
    {
        if (text.Length == HexDigits)
        {
            return HexText.Decode(text);
        }

        try
        {
            return Convert.FromBase64String(text) is { Length: SecretBox.KeySize } key ? key : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>
/// The file that holds the key of a credential store, beside it: readable by its user only (0600), and on Windows
/// encrypted for that user (DPAPI) as well.
/// </summary>
internal sealed class KeyFile : ICredentialKey
{
    private readonly string path;

    /// <param name="path">The file.</param>
    public KeyFile(string path) => this.path = path;

    public string Path => path;

    /// <summary>The key; a new one when there is no file. Processes that create one at the same time get the same key.</summary>
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

    /// <summary>The failure for the key of another store.</summary>
    public CredentialKeyException CreateMismatch() => new("key_mismatch", path, "belongs to another credential store");

    // A complete file takes the name, and only if no other process was first.
    private void Create()
    {
        using var draft = DraftFile.CreateBeside(path, restricted: true);
        var content = Wrap(SecretBox.NewKey());
        draft.Stream.Write(content, 0, content.Length);
        draft.Complete();

        // If another process was first, its key is used.
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

/// <summary>The key of a credential store is lost, wrong or cannot be read (<c>CredentialKeyError</c>). Nothing is bought without it.</summary>
public sealed class CredentialKeyException : LightningOpsException
{
    /// <summary>Creates the failure of one key file.</summary>
    /// <param name="code">key_missing, key_mismatch, key_unreadable or credential_damaged.</param>
    /// <param name="path">The key file.</param>
    /// <param name="reason">What is wrong.</param>
    /// <param name="inner">The cause.</param>
    public CredentialKeyException(string code, string path, string reason, Exception? inner = null)
        : this(
            code,
            path,
            reason,
            "Restore " + path + " from a backup. Without it the credentials of the store in the same folder cannot be read. To start a new store, move both files away and buy again.",
            inner)
    {
    }

    /// <summary>Creates the failure of one key.</summary>
    /// <param name="code">key_missing, key_mismatch, key_unreadable or credential_damaged.</param>
    /// <param name="path">Source of the key.</param>
    /// <param name="reason">What is wrong.</param>
    /// <param name="remedy">What the operator can do.</param>
    /// <param name="inner">The cause.</param>
    internal CredentialKeyException(string code, string path, string reason, string remedy, Exception? inner = null)
        : base("CredentialKeyError", code + ": " + path + " " + reason, remedy, inner)
    {
        Code = code;
        Path = path;
    }

    /// <summary>key_missing, key_mismatch, key_unreadable or credential_damaged.</summary>
    public string Code { get; }

    /// <summary>The key file.</summary>
    public string Path { get; }
}
