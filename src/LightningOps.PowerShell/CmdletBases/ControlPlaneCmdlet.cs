using System.Management.Automation;
using LightningOps.ControlPlane;
using LightningOps.Storage;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that works against a control plane.</summary>
public abstract class ControlPlaneCmdlet : StoreCmdlet
{
    /// <summary>
    /// Control plane: Mock, Local, Api, Convex or Postgres. Defaults to the mode of Connect-LightningOps, then
    /// OA_LIGHTNING_OPS_CONTROL_PLANE_MODE, then Api.
    /// </summary>
    [Parameter]
    public ControlPlaneMode Mode { get; set; }

    /// <summary>Whether the caller chose the control plane on the command line.</summary>
    protected bool IsModeSpecified => IsBound(nameof(Mode));

    /// <summary>The mode in force.</summary>
    /// <exception cref="ConfigException">The session or the environment names no mode there is.</exception>
    protected ControlPlaneMode EffectiveMode => IsModeSpecified ? Mode : SessionMode;

    /// <inheritdoc/>
    private protected override ControlPlaneMode RegistryMode => EffectiveMode;

    /// <summary>Opens the control plane in force; the caller disposes it.</summary>
    /// <exception cref="ConfigException">A setting it needs is missing or malformed.</exception>
    protected IControlPlane OpenControlPlane() => OpenControlPlane(EffectiveMode);

    /// <summary>
    /// Opens the control plane in force to read; the caller disposes it. Nothing is made: a store that was named has to be
    /// there, since an empty answer from a mistyped path would be a wrong one; the user's own may still be to come.
    /// </summary>
    /// <exception cref="ConfigException">A setting it needs is missing or malformed.</exception>
    protected IControlPlane OpenControlPlaneToRead() => OpenControlPlane(EffectiveMode, IsStoreNamed ? StoreAccess.ReadExisting : StoreAccess.Read);
}
