namespace LightningOps.Smoke;

/// <summary>What every smoke's result has.</summary>
public interface ISmokeResult
{
    /// <summary>Whether every check was made and passed.</summary>
    bool Ok { get; }

    /// <summary>Why it is not, in a few words without a secret, or null; no member of the JSON.</summary>
    string? FailureReason { get; }
}
