using System;
using LightningOps.L402.Credentials;

namespace LightningOps.L402.Client;

/// <summary>A credential as it is sent.</summary>
internal sealed class UsableCredential
{
    private readonly L402Authorization authorization;
    private readonly L402AuthorizationFormat sold;
    private string? tokenPreimage;

    public UsableCredential(Purchase purchase)
    {
        Purchase = purchase;
        authorization = purchase.Authorization();

        // A server that only calls the scheme LSAT knows no other name of it.
        sold = purchase.Secret!.Scheme == L402Scheme.Lsat ? L402AuthorizationFormat.Lsat : L402AuthorizationFormat.TokenPreimage;
    }

    public Purchase Purchase { get; }

    /// <summary>Value of the Authorization header: a secret.</summary>
    public string HeaderValue(L402AuthorizationFormat format) =>
        format == L402AuthorizationFormat.TokenPreimage ? tokenPreimage ??= authorization.ToHeaderValue(sold) : authorization.ToHeaderValue(format);

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
