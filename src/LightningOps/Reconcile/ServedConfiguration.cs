namespace LightningOps.Reconcile;

/// <summary>What a gateway serves when a reconcile has ended.</summary>
public enum ServedConfiguration
{
    /// <summary>What it served before, if anything.</summary>
    Previous,

    /// <summary>What the control plane wants.</summary>
    Wanted,

    /// <summary>What it served before, with the services closed that a pause or kill switch denies.</summary>
    Closed,

    /// <summary>It could not be asked, or serves something else.</summary>
    Unknown,

    /// <summary>What the control plane asks for is written; it is not known whether the gateway has loaded it.</summary>
    Written,
}
