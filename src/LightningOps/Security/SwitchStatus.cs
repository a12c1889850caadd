namespace LightningOps.Security;

/// <summary>Outcome of the roll-out of a pause or kill switch.</summary>
public enum SwitchStatus
{
    /// <summary>Every gateway follows the switches.</summary>
    RolledOut = 0,

    /// <summary>The services of this store are closed; services of others were left open.</summary>
    OthersStillSell = 1,

    /// <summary>A gateway did not follow the switches, or is not known to.</summary>
    Failed = 2,
}
