namespace LightningOps.L402.Client;

/// <summary>What was known of a credential when a request came (docs/reference/l402.md#credential-cache).</summary>
public enum L402CacheStatus
{
    /// <summary>There was none, or it was not to be used.</summary>
    Miss,

    /// <summary>There was one, and it was accepted.</summary>
    Hit,

    /// <summary>There was one whose time to live had passed.</summary>
    Stale,

    /// <summary>There was one, and the server no longer accepted it.</summary>
    Invalid,
}
