namespace LightningOps.Gateway;

/// <summary>A gateway that is called with a macaroon.</summary>
internal interface IMacaroonHolder
{
    /// <summary>The macaroon in hex: a secret.</summary>
    /// <exception cref="LightningOpsException">It cannot be read.</exception>
    string RevealMacaroon();
}
