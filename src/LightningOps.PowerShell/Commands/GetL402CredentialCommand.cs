using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Lists the purchases of Invoke-L402WebRequest, newest first: where each credential is valid, when it expires, its cost and its state. Tokens and
/// preimages are not shown; -ProofPath writes the preimages, which prove payments in a refund claim, to a file of this user.
/// </summary>
/// <example>
/// <code>Get-L402Credential -HostName *.example.com -State Paid</code>
/// <para>The credentials to use at the hosts of a domain.</para>
/// </example>
/// <example>
/// <code>Get-L402Credential -State Rejected -ProofPath ./refund.json</code>
/// <para>Paid credentials that were rejected, with their proofs in a file for a refund claim.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402Credential", SupportsShouldProcess = true)]
[OutputType(typeof(Purchase))]
public sealed class GetL402CredentialCommand : CredentialStoreCmdlet
{
    private readonly List<Purchase> listed = [];

    /// <summary>Seller hosts, with wildcards; all by default.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(PurchaseHostCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = ["*"];

    /// <summary>Scopes, with wildcards; all by default.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(PurchaseScopeCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Scope { get; set; } = ["*"];

    /// <summary>Ids of purchases.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PurchaseIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? PurchaseId { get; set; }

    /// <summary>States to list; by default all except failed and removed.</summary>
    [Parameter]
    public PurchaseState[]? State { get; set; }

    /// <summary>Bought at this time or later.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Since { get; set; }

    /// <summary>Bought before this time.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Until { get; set; }

    /// <summary>
    /// File for the proofs of the listed payments, as JSON that only this user can read. Replacing an existing file
    /// needs confirmation, which -Confirm:$false skips. Anyone with a proof can claim the payment: send it only to the
    /// seller, and delete the file afterwards.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ProofPath { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var range = TimeRange;
        using var store = OpenStore();
        var hosts = new WildcardFilter(HostName);
        var scopes = new WildcardFilter(Scope);
        foreach (var purchase in await store.DescribeAsync(new PurchaseQuery(), cancellationToken).ConfigureAwait(false))
        {
            if (hosts.IsMatch(purchase.For.Host) && scopes.IsMatch(purchase.For.Scope) && MatchesFilters(purchase) && range.Contains(DateTimeOffset.FromUnixTimeMilliseconds(purchase.CreatedAtMs)))
            {
                listed.Add(purchase);
                WriteObject(purchase);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (ProofPath is null || listed.Count == 0 || ResolveFile(ProofPath) is var path && !IsAgreed(path))
        {
            return;
        }

        using var store = OpenStore();
        foreach (var purchase in await ProofFile.WriteAsync(store, listed, path, cancellationToken).ConfigureAwait(false))
        {
            WriteError(ErrorRecords.Create(
                "ProofNotFound",
                "Purchase " + purchase.PurchaseId + " has no proof: its state is " + purchase.State.ToString().ToLowerInvariant() + ".",
                ErrorCategory.ObjectNotFound,
                purchase,
                "Only paid purchases that were not removed have a proof. List them with -State Paid, Rejected, Invalid."));
        }
    }

    /// <summary>Asks before a file is replaced: it may contain the only copy of a removed proof.</summary>
    private bool IsAgreed(string path) =>
        ShouldProcess(path, "Write proofs of payment (secrets)")
        && (!File.Exists(path) || ConfirmThreshold != ConfirmImpact.High || ShouldContinue("Replace " + path + "? It may hold the only copy of its proofs.", "The file already exists"));

    private bool MatchesFilters(Purchase purchase) =>
        (PurchaseId is null || PurchaseId.Contains(purchase.PurchaseId))
        && (State?.Contains(purchase.State) ?? (PurchaseId is not null || purchase.State is not (PurchaseState.Failed or PurchaseState.Removed)));
}
