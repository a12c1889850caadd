namespace LightningOps.Tests.Buyer;

/// <summary>What befalls a step of a purchase.</summary>
internal enum PurchaseFate
{
    /// <summary>All is well.</summary>
    Well,

    /// <summary>The connection is lost before it arrives.</summary>
    LostBefore,

    /// <summary>The connection is lost before the answer arrives.</summary>
    LostAfter,

    /// <summary>The process is killed before it arrives.</summary>
    KilledBefore,

    /// <summary>The process is killed before the answer arrives.</summary>
    KilledAfter,

    /// <summary>The operator stops it while it is under way.</summary>
    Stopped,

    /// <summary>It is refused: the wallet fails, the seller says 402.</summary>
    Refused,

    /// <summary>It is refused otherwise: the wallet cannot tell yet and has not paid, the seller says 401.</summary>
    RefusedOtherwise,

    /// <summary>The wallet cannot tell yet, and has paid.</summary>
    PendingPaid,

    /// <summary>The wallet has paid and tells another preimage.</summary>
    Unproven,
}
