using System;
using System.Management.Automation;
using LightningOps.ControlPlane;

namespace LightningOps.PowerShell;

/// <summary>A cmdlet that works against a control plane.</summary>
public abstract class ControlPlaneCmdlet : LightningOpsCmdlet
{
    private const ControlPlaneMode DefaultMode = ControlPlaneMode.Api;

    /// <summary>
    /// Control plane: Mock, Local, Api or Convex. Without it the mode of Connect-LightningOps holds, then
    /// OA_LIGHTNING_OPS_CONTROL_PLANE_MODE, then Api.
    /// </summary>
    [Parameter]
    public ControlPlaneMode Mode { get; set; }

    /// <summary>File of the local store. Without it that of Connect-LightningOps, then OA_LIGHTNING_OPS_STORE, then the user's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StorePath { get; set; }

    /// <summary>Whether the caller chose the control plane on the command line.</summary>
    protected bool IsModeGiven => IsBound(nameof(Mode));

    /// <summary>The mode in force.</summary>
    protected ControlPlaneMode EffectiveMode =>
        IsModeGiven ? Mode : ModeOf(Context.Read(EnvironmentVariables.ControlPlaneMode));

    /// <summary>Mode as the environment spells it.</summary>
    protected static string NameOf(ControlPlaneMode mode) => mode.ToString().ToLowerInvariant();

    /// <summary>Opens the control plane in force; the caller disposes it.</summary>
    /// <exception cref="ConfigException">A setting it needs is missing or malformed.</exception>
    protected IControlPlane OpenControlPlane() => OpenControlPlane(EffectiveMode);

    /// <summary>Opens the control plane of a mode; the caller disposes it.</summary>
    protected IControlPlane OpenControlPlane(ControlPlaneMode mode)
    {
        WriteVerbose("Control plane: " + NameOf(mode));
        var store = StorePath is null ? null : FileOf(StorePath);
        return ControlPlaneFactory.Open(mode, variable => variable == EnvironmentVariables.Store && store is not null ? store : Context.Read(variable));
    }

    private static ControlPlaneMode ModeOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return DefaultMode;
        }

        return Enum.TryParse<ControlPlaneMode>(text, ignoreCase: true, out var mode) && !char.IsDigit(text![0])
            ? mode
            : throw new ConfigException(EnvironmentVariables.ControlPlaneMode, "must be api, convex, mock or local");
    }
}
