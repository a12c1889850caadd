namespace LightningOps.Paywalls;

/// <summary>Life-cycle state of a paywall (docs/reference/control-plane.md#records).</summary>
public enum PaywallStatus
{
    /// <summary>Sells access.</summary>
    Active,

    /// <summary>Does not sell for now: its rules compile to closed services.</summary>
    Paused,

    /// <summary>Gone: left out of a compile.</summary>
    Archived,
}
