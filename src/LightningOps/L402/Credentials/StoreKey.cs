using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Local;
using Microsoft.Data.Sqlite;

namespace LightningOps.L402.Credentials;

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
        known ??= await store.WriteAsync(connection => TakeId(connection, opened.KeyId), cancellationToken).ConfigureAwait(false);
        return box = opened.KeyId == known
            ? opened
            : throw new CredentialKeyException("key_mismatch", file.Path, "is the key of another credential store");
    }

    private static string? FindId(SqliteConnection connection) =>
        connection.FirstRow(row => row.GetString(0), "SELECT key_id FROM credential_key");

    private static string TakeId(SqliteConnection connection, string id)
    {
        connection.Run("INSERT OR IGNORE INTO credential_key (only_one, key_id) VALUES (1, @id)", ("@id", id));
        return FindId(connection)!;
    }
}
