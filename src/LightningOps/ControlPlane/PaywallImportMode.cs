namespace LightningOps.ControlPlane;

/// <summary>What an import does with the paywalls its snapshot lacks.</summary>
public enum PaywallImportMode
{
    /// <summary>Removes them: the store then holds the snapshot and nothing else.</summary>
    Replace,

    /// <summary>Leaves them in place; new paywalls come after them.</summary>
    Merge,
}
