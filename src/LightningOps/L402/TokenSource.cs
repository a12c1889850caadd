namespace LightningOps.L402;

/// <summary>What a token was read out of.</summary>
public enum TokenSource
{
    /// <summary>The token alone.</summary>
    Token,

    /// <summary>An Authorization value: the token and a preimage.</summary>
    Authorization,

    /// <summary>A WWW-Authenticate value: the token and an invoice.</summary>
    Challenge,
}
