using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Authoring;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;

namespace LightningOps.PowerShell.Commands;

/// <summary>Gets the paywalls of the control plane; archived ones only from a local store, with -Status.</summary>
/// <example>
/// <code>Get-LightningPaywall -PaywallId 'pw_news*' | Invoke-LightningCompile</code>
/// <para>Compiles some of the paywalls without recording anything.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "LightningPaywall")]
[OutputType(typeof(Paywall))]
public sealed class GetLightningPaywallCommand : ControlPlaneCmdlet
{
    /// <summary>Ids of paywalls, wildcards allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PaywallIdCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] PaywallId { get; set; } = ["*"];

    /// <summary>Ids of owners, wildcards allowed.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(OwnerIdCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] OwnerId { get; set; } = ["*"];

    /// <summary>Statuses to include.</summary>
    [Parameter]
    public PaywallStatus[] Status { get; set; } = [PaywallStatus.Active, PaywallStatus.Paused];

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        using var controlPlane = OpenControlPlaneToRead();
        var paywalls = await ListAsync(controlPlane, cancellationToken).ConfigureAwait(false);
        var owners = new WildcardFilter(OwnerId);
        foreach (var id in PaywallId)
        {
            var filter = new WildcardFilter([id]);
            var found = paywalls.Where(paywall => filter.IsMatch(paywall.PaywallId) && owners.IsMatch(paywall.OwnerId) && Status.Contains(paywall.Status)).ToList();
            WriteObject(found, enumerateCollection: true);
            if (found.Count == 0 && !WildcardFilter.IsPattern(id))
            {
                WriteError(ErrorRecords.Create("PaywallNotFound", "No paywall '" + id + "' matches the filters" + PaywallAuthoringException.DescribeNamed(id, paywalls) + ".", ErrorCategory.ObjectNotFound, id, "List them with Get-LightningPaywall."));
            }
        }
    }

    private Task<IReadOnlyList<Paywall>> ListAsync(IControlPlane controlPlane, CancellationToken cancellationToken) =>
        Status.Contains(PaywallStatus.Archived) && controlPlane is IPaywallStore store
            ? store.ListAllPaywallsAsync(cancellationToken)
            : controlPlane.ListPaywallsAsync(cancellationToken);
}
