namespace LightningOps.Smoke;

/// <summary>What every smoke's result has.</summary>
public interface ISmokeResult
{
    /// <summary>Whether every check was made and passed.</summary>
    bool Ok { get; }
}
