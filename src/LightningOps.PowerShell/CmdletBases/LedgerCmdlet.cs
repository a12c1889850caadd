using System;
using System.Management.Automation;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>Lists invoices or settlements, filtered by paywall, owner and time.</summary>
public abstract class LedgerCmdlet : ControlPlaneCmdlet
{
    /// <summary>Id of the paywall.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PaywallIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? PaywallId { get; set; }

    /// <summary>Owner of the paywall.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(OwnerIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? OwnerId { get; set; }

    /// <summary>Changed or settled at this time or later.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Since { get; set; }

    /// <summary>Changed or settled before this time.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Until { get; set; }

    /// <summary>At most so many, the newest; all of them by default.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = int.MaxValue;

    private protected long? SinceMs => IsBound(nameof(Since)) ? Since.ToUnixTimeMilliseconds() : null;

    private protected long? UntilMs => IsBound(nameof(Until)) ? Until.ToUnixTimeMilliseconds() : null;
}
