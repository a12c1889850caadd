namespace LightningOps.Reconcile;

/// <summary>Where a stage stands.</summary>
public enum StageStatus
{
    /// <summary>It has begun.</summary>
    Started,

    /// <summary>It goes on once another is done, which the reason names.</summary>
    Waiting,

    /// <summary>It is done and good.</summary>
    Ok,

    /// <summary>It was not made; never to be taken for good.</summary>
    Skipped,

    /// <summary>It failed, or was cancelled.</summary>
    Failed,
}
