using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Removes a bought credential and its secret, which cannot be restored. Its cost still counts in the budgets, and its
/// invoice is not paid again.
/// </summary>
/// <example>
/// <code>Get-L402Credential -HostName shop.example.com | Remove-L402Credential -WhatIf</code>
/// <para>The purchases at a host that would be removed.</para>
/// </example>
/// <example>
/// <code>Remove-L402Credential pur_019ab -Force -Confirm:$false</code>
/// <para>Removes a purchase with an unknown payment outcome, so that the next request can buy again.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "L402Credential", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveL402CredentialCommand : CredentialStoreCmdlet
{
    /// <summary>Ids of the purchases, as listed by Get-L402Credential.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PurchaseIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] PurchaseId { get; set; } = [];

    /// <summary>Also remove a purchase with an unknown payment outcome, which may discard a paid credential.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>With -Force, also remove a purchase whose payment was last seen in flight. It can still settle, and buying again then pays twice.</summary>
    [Parameter]
    public SwitchParameter AllowSecondPayment { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        using var store = OpenStore();
        var known = await store.ListAsync(new PurchaseQuery(), cancellationToken).ConfigureAwait(false);
        foreach (var id in PurchaseId)
        {
            if (known.FirstOrDefault(purchase => purchase.PurchaseId == id) is not { State: not PurchaseState.Removed } purchase)
            {
                WriteError(ErrorRecords.Create("CredentialNotFound", "No purchase '" + id + "'.", ErrorCategory.ObjectNotFound, id, "List them with Get-L402Credential."));
            }
            else if (purchase.IsUnfinished && !Force)
            {
                WriteError(ErrorRecords.Create(
                    "CredentialUnfinished",
                    "It is not known yet whether " + id + " was paid (" + purchase.State.ToString().ToLowerInvariant() + ", payment hash " + (purchase.PaymentHash ?? "unknown") + "). Removing it discards a credential that may be paid for.",
                    ErrorCategory.ResourceBusy,
                    id,
                    "Repeat the request, which checks the payment. Or search the wallet for the payment hash, and use -Force if it was not paid."));
            }
            else if (purchase.IsUnfinished && purchase.WasSeen && !AllowSecondPayment)
            {
                WriteError(ErrorRecords.Create(
                    "CredentialInFlight",
                    "The payment of " + id + " was last seen in flight (payment hash " + (purchase.PaymentHash ?? "unknown") + "). It can still settle, even after its invoice has expired; buying again could then pay twice.",
                    ErrorCategory.ResourceBusy,
                    id,
                    "Wait, then repeat the request, which checks the payment. -AllowSecondPayment removes it anyway."));
            }
            else if (ShouldProcess(purchase.ToString(), "Remove credential"))
            {
                await store.RemoveAsync(id, Force, AllowSecondPayment, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
