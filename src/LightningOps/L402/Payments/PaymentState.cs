namespace LightningOps.L402.Payments;

/// <summary>How a payment stands.</summary>
public enum PaymentState
{
    /// <summary>Money moved, and the preimage is here.</summary>
    Paid,

    /// <summary>It may have moved or may yet move: look again before anything else is paid.</summary>
    Pending,

    /// <summary>Certainly no money moved, and none will for this try.</summary>
    Failed,
}
