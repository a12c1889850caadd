namespace LightningOps.L402.Payments;

/// <summary>The wallets there are.</summary>
public enum PayerKind
{
    /// <summary>A wallet without money, for trying out and for tests: it pays mock invoices only.</summary>
    Mock,

    /// <summary>A wallet executor behind HTTP.</summary>
    WalletExecutor,

    /// <summary>The wallet of a loopback gateway that runs in this session; no money moves.</summary>
    Simulated,

    /// <summary>An LND node over its REST API.</summary>
    Lnd,
}
