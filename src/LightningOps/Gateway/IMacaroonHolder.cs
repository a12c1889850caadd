namespace LightningOps.Gateway;

/// <summary>A gateway that is called with a macaroon.</summary>
internal interface IMacaroonHolder
{
    /// <summary>The macaroon in hex: a secret.</summary>
    /// <exception cref="LightningOpsException">The secret cannot be read.</exception>
    string RevealMacaroon();
}
