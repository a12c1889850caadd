namespace LightningOps.L402;

/// <summary>The network an invoice is to be paid on, from its prefix.</summary>
public enum Bolt11Network
{
    /// <summary><c>lnbc</c>: bitcoin.</summary>
    Mainnet,

    /// <summary><c>lntb</c>: testnet.</summary>
    Testnet,

    /// <summary><c>lntbs</c>: signet.</summary>
    Signet,

    /// <summary><c>lnbcrt</c>: regtest.</summary>
    Regtest,

    /// <summary><c>lnsb</c>: simnet.</summary>
    Simnet,
}
