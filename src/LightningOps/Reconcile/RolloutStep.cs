namespace LightningOps.Reconcile;

/// <summary>One gateway of a roll-out to several.</summary>
/// <param name="Gateway">Name of the gateway.</param>
public sealed record RolloutStep(string Gateway)
{
    /// <summary>
    /// How its reconcile ended, or null when it was not reached or could not be made. Of a gateway after the one that failed
    /// there is a result when something that a pause or kill switch denies was open: that alone was closed.
    /// </summary>
    public ReconcileResult? Result { get; init; }

    /// <summary>Why its reconcile could not be made, or its roll-back not; nothing was touched then.</summary>
    public LightningOpsException? Error { get; init; }

    /// <summary>Whether its turn came.</summary>
    public bool WasReached => Result is not null || Error is not null || WasCancelled;

    /// <summary>Whether the operator stopped it before anything was touched.</summary>
    public bool WasCancelled { get; init; }

    /// <summary>Whether nothing failed: it ended well, or what is desired is written and its load was not seen.</summary>
    internal bool HasNotFailed => Ok || (Error is null && Result is { FailureCode: null, Serving: ServedConfiguration.Written });

    /// <summary>Whether it ended well.</summary>
    public bool Ok => Error is null && Result is { Ok: true };
}
