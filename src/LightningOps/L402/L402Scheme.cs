namespace LightningOps.L402;

/// <summary>The name a challenge or credential goes by in its header.</summary>
public enum L402Scheme
{
    /// <summary><c>L402</c>, the present name.</summary>
    L402,

    /// <summary><c>LSAT</c>, the older name of the same protocol.</summary>
    Lsat,
}
