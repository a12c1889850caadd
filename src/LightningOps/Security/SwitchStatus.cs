namespace LightningOps.Security;

/// <summary>How the roll-out of a pause or kill switch ended.</summary>
public enum SwitchStatus
{
    /// <summary>Every gateway serves what the switches say.</summary>
    RolledOut = 0,

    /// <summary>What this store made is closed; services that others made still sell.</summary>
    OthersStillSell = 1,

    /// <summary>A gateway did not follow the switches, or is not known to.</summary>
    Failed = 2,
}
