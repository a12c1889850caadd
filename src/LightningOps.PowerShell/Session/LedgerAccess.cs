using LightningOps.ControlPlane;

namespace LightningOps.PowerShell.Session;

/// <summary>The settlements and invoices of a control plane that lists them.</summary>
internal static class LedgerAccess
{
    /// <summary>The books.</summary>
    /// <exception cref="ConfigException">The control plane does not list them.</exception>
    public static ISettlementHistory GetHistory(IControlPlane controlPlane, ControlPlaneMode mode) =>
        controlPlane as ISettlementHistory
        ?? throw new ConfigException("Mode", "the control plane " + mode.ToString().ToLowerInvariant() + " does not list settlements and invoices", "Use -Mode Local or Postgres.");
}
