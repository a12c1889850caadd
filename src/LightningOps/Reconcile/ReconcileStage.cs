namespace LightningOps.Reconcile;

/// <summary>The stages of a reconcile, in order (docs/reference/gateway.md#reconcile); written in lower snake case.</summary>
public enum ReconcileStage
{
    /// <summary>Taking the gateway's lease.</summary>
    Lease,

    /// <summary>Sending what an earlier run could not record.</summary>
    Outbox,

    /// <summary>Listing the paywalls.</summary>
    List,

    /// <summary>Reading pause and kill switches.</summary>
    Security,

    /// <summary>Compiling.</summary>
    Compile,

    /// <summary>Recording the deployment as pending.</summary>
    Pending,

    /// <summary>Reading what the gateway serves.</summary>
    ActiveLookup,

    /// <summary>Working out what would change.</summary>
    Plan,

    /// <summary>Sending the configuration.</summary>
    Apply,

    /// <summary>Checking that the gateway is up.</summary>
    Health,

    /// <summary>Checking that the probe route asks for payment.</summary>
    Challenge,

    /// <summary>Checking that a paid request reaches the upstream.</summary>
    Proxy,

    /// <summary>Going back to what the gateway served before.</summary>
    Rollback,

    /// <summary>Closing what a pause or kill switch denies, where what is wanted does not get to the gateway.</summary>
    Close,

    /// <summary>Recording how it ended.</summary>
    Record,
}
