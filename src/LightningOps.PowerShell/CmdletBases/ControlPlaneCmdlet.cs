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

    /// <summary>Whether the caller specified the control plane on the command line.</summary>
    protected bool IsModeSpecified => IsBound(nameof(Mode));

    /// <summary>The effective mode.</summary>
    /// <exception cref="ConfigException">The mode of the session or the environment does not exist.</exception>
    protected ControlPlaneMode EffectiveMode => IsModeSpecified ? Mode : SessionMode;

    /// <inheritdoc/>
    private protected override ControlPlaneMode RegistryMode => EffectiveMode;

    /// <summary>Opens the effective control plane; the caller disposes it.</summary>
    /// <exception cref="ConfigException">A required setting is missing or malformed.</exception>
    protected IControlPlane OpenControlPlane() => OpenControlPlane(EffectiveMode);

    /// <summary>
    /// Opens the effective control plane for reading; the caller disposes it. Nothing is created. A store that was
    /// specified must exist, because an empty answer from a mistyped path would be wrong; the default store may still
    /// be missing.
    /// </summary>
    /// <exception cref="ConfigException">A required setting is missing or malformed.</exception>
    protected IControlPlane OpenControlPlaneToRead() => OpenControlPlane(EffectiveMode, IsStoreNamed ? StoreAccess.ReadExisting : StoreAccess.Read);
}
