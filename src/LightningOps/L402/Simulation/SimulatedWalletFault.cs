namespace LightningOps.L402.Simulation;

/// <summary>What goes wrong with a payment of a <see cref="SimulatedWallet"/>.</summary>
public enum SimulatedWalletFault
{
    /// <summary>The wallet cannot be reached: nothing is paid.</summary>
    Down,

    /// <summary>The payment takes its time; a look at it later finds it paid.</summary>
    PendingThenPaid,

    /// <summary>The payment takes its time; a look at it later finds it failed.</summary>
    PendingThenFailed,

    /// <summary>The wallet says paid and gives a preimage that is not the invoice's; nothing is paid.</summary>
    WrongPreimage,
}
