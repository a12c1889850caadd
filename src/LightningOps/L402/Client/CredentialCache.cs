using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402.Credentials;

namespace LightningOps.L402.Client;

/// <summary>Credentials in memory, good for as long as nobody has written to the store.</summary>
internal sealed class CredentialCache
{
    private const int MostEntries = 4096;

    private readonly ConcurrentDictionary<CredentialScope, Entry> entries = new();
    private readonly CredentialStore store;

    public CredentialCache(CredentialStore store) => this.store = store;

    /// <summary>The credential of a scope, whatever its age; null when there is none.</summary>
    public ValueTask<UsableCredential?> FindAsync(CredentialScope scope, CancellationToken cancellationToken)
    {
        // Asked before the store is read: what is written in between makes the entry old.
        var revision = store.RevisionAsync(cancellationToken);
        return revision.IsCompletedSuccessfully && entries.TryGetValue(scope, out var entry) && entry.Revision == revision.Result
            ? new ValueTask<UsableCredential?>(entry.Credential)
            : ReadAsync(scope, revision, cancellationToken);
    }

    private async ValueTask<UsableCredential?> ReadAsync(CredentialScope scope, ValueTask<long> asked, CancellationToken cancellationToken)
    {
        var revision = await asked.ConfigureAwait(false);
        var record = await store.ReadAsync(scope, cancellationToken).ConfigureAwait(false);
        var credential = record.Credential is null ? null : new UsableCredential(record.Credential);
        if (entries.Count >= MostEntries)
        {
            entries.Clear();
        }

        entries[scope] = new Entry(revision, credential);
        return credential;
    }

    private sealed record Entry(long Revision, UsableCredential? Credential);
}
