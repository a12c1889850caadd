using System;
using System.Management.Automation;
using LightningOps.PowerShell.Binding;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>Lists records of a control plane in a period.</summary>
public abstract class HistoryCmdlet : ControlPlaneCmdlet
{
    /// <summary>Only what was recorded, changed or settled at this time or later.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Since { get; set; }

    /// <summary>Only what was recorded, changed or settled before this time.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Until { get; set; }
}
