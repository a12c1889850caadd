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

    /// <summary>Why the last load was not seen; null if it was seen, or the cause is not known.</summary>
    LoadDoubt? Doubt { get; }
}

/// <summary>Why it is not known whether a written configuration is loaded.</summary>
/// <param name="Cause">The cause, as a clause.</param>
/// <param name="Remedy">What shows the load, as a sentence.</param>
internal sealed record LoadDoubt(string Cause, string Remedy)
{
    /// <summary>Nothing more is known.</summary>
    public static LoadDoubt Unknown { get; } = new(
        "no restart, answer or list has shown that it is loaded",
        "Restart the gateway and check it, or run the command again with -ReloadCommand (to restart it) or -ChallengeUrl.");
}

/// <summary>A gateway beside which it is recorded what was seen of its load.</summary>
internal interface IRecordedEvidence
{
    /// <summary>Records that it is not known what is loaded: another who holds the lease may change it.</summary>
    void ForgetEvidence();
}
