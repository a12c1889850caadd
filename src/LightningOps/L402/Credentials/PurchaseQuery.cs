namespace LightningOps.L402.Credentials;

/// <summary>Which purchases to list; null asks for nothing.</summary>
public sealed class PurchaseQuery
{
    /// <summary>Host, as in <see cref="CredentialScope.Host"/>.</summary>
    public string? Host { get; init; }

    /// <summary>Scope at the host.</summary>
    public string? Scope { get; init; }

    /// <summary>How many at most, the newest first.</summary>
    public int First { get; init; } = int.MaxValue;
}
