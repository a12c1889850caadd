namespace LightningOps.Reconcile;

/// <summary>How what a gateway serves stands to what the control plane wants.</summary>
public enum DriftStatus
{
    /// <summary>The same.</summary>
    InSync = 0,

    /// <summary>Not the same: a reconcile would change something.</summary>
    InDrift = 1,

    /// <summary>It cannot be told: the paywalls do not compile, the gateway cannot carry them, or it was not seen to load what is written.</summary>
    Undetermined = 2,
}
