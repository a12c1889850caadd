using System;
using System.Management.Automation;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>Lists invoices or settlements, filtered by paywall, owner and time.</summary>
public abstract class LedgerCmdlet : HistoryCmdlet
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

    /// <summary>At most so many, the newest; all of them by default.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = int.MaxValue;
}
