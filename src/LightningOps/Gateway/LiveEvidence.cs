namespace LightningOps.Gateway;

/// <summary>Evidence of the configuration that a gateway serves.</summary>
public enum LiveEvidence
{
    /// <summary>It is not known.</summary>
    NotKnown,

    /// <summary>An answer after the last change shows it.</summary>
    Answer,

    /// <summary>The gateway itself listed or reported it after the last change.</summary>
    List,

    /// <summary>The process was seen to go down and come back after the last write.</summary>
    Restart,
}

/// <summary>A gateway whose configuration is written in one place and served from another, and that knows whether they agree.</summary>
internal interface ILiveEvidence
{
    /// <summary>Evidence that the written configuration is live, from the last call that read or changed it.</summary>
    LiveEvidence Evidence { get; }
}

/// <summary>A gateway beside which it is recorded what was seen of its load.</summary>
internal interface IRecordedEvidence
{
    /// <summary>Records that it is not known what is loaded: another who holds the lease may change it.</summary>
    void ForgetEvidence();
}
