namespace LightningOps.ControlPlane;

/// <summary>What an import of a snapshot changed, in paywalls.</summary>
public sealed class PaywallImport
{
    /// <summary>How the snapshot was taken.</summary>
    public required PaywallImportMode Mode { get; init; }

    /// <summary>Paywalls the store did not have.</summary>
    public int Added { get; init; }

    /// <summary>Paywalls that differ from the stored ones.</summary>
    public int Changed { get; init; }

    /// <summary>Paywalls removed because the snapshot lacks them.</summary>
    public int Removed { get; init; }

    /// <summary>Paywalls equal to the stored ones.</summary>
    public int Unchanged { get; init; }
}
