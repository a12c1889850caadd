using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.L402;
using LightningOps.L402.Challenges;

namespace LightningOps.Buyer;

/// <summary>Credentials in memory, valid until the store changes.</summary>
internal sealed class CredentialCache
{
    private const int MaxEntries = 4096;

    private readonly ConcurrentDictionary<CredentialScope, Entry> entries = new();
    private readonly CredentialStore store;

    public CredentialCache(CredentialStore store) => this.store = store;

    /// <summary>The credential of a scope, of any age; null when there is none.</summary>
    public ValueTask<UsableCredential?> FindAsync(CredentialScope scope, CancellationToken cancellationToken)
    {
        // Read before the store: a write in between makes the entry stale.
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
        if (entries.Count >= MaxEntries)
        {
            entries.Clear();
        }

        entries[scope] = new Entry(revision, credential);
        return credential;
    }

    private sealed record Entry(long Revision, UsableCredential? Credential);
}

/// <summary>A credential in the form in which it is sent.</summary>
internal sealed class UsableCredential
{
    private readonly L402Authorization? authorization;
    private readonly L402AuthorizationFormat sold;
    private string? tokenPreimage;

    public UsableCredential(Purchase purchase)
    {
        Purchase = purchase;
        authorization = IsSingleUse ? null : purchase.Authorization();

        // A server that only uses the name LSAT does not know the other name.
        sold = purchase.Secret!.Scheme == L402Scheme.Lsat ? L402AuthorizationFormat.Lsat : L402AuthorizationFormat.TokenPreimage;
    }

    public Purchase Purchase { get; }

    /// <summary>Whether it is good for one request only.</summary>
    public bool IsSingleUse => Purchase.IsSingleUse;

    /// <summary>Value of the Authorization header: a secret.</summary>
    public string HeaderValue(L402AuthorizationFormat format) =>
        authorization is null ? PaymentCredential.ToHeaderValue(PaymentCredential.FromToken(Purchase.Secret!.Token), Purchase.Secret.Preimage!)
        : format == L402AuthorizationFormat.TokenPreimage ? tokenPreimage ??= authorization.ToHeaderValue(sold) : authorization.ToHeaderValue(format);

    /// <summary>Whether it was bought too long ago.</summary>
    public bool IsStale(TimeProvider time, TimeSpan? timeToLive)
    {
        if (Purchase.ExpiresAtMs is null && timeToLive is null)
        {
            return false;
        }

        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return Purchase.ExpiresAtMs <= nowMs || (timeToLive is { } longest && nowMs - Purchase.SpentAtMs >= longest.TotalMilliseconds);
    }

    public override string ToString() => Purchase.ToString();
}
