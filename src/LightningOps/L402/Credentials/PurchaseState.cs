namespace LightningOps.L402.Credentials;

/// <summary>How a purchase stands. All but <see cref="Failed"/> count as spent.</summary>
public enum PurchaseState
{
    /// <summary>Written before the wallet was asked; it is being asked, or who asked is gone.</summary>
    Paying,

    /// <summary>The wallet cannot tell yet whether money moved.</summary>
    Pending,

    /// <summary>The wallet says it is paid, and gave a preimage that is not the invoice's.</summary>
    Unproven,

    /// <summary>Paid: a credential to use.</summary>
    Paid,

    /// <summary>Paid, and refused by the server at its first use: the proof is kept for a refund claim.</summary>
    Rejected,

    /// <summary>Paid, used, and no longer accepted.</summary>
    Invalid,

    /// <summary>Certainly not paid.</summary>
    Failed,

    /// <summary>Taken out of use; only what it cost is remembered, and which invoice it was.</summary>
    Removed,
}
