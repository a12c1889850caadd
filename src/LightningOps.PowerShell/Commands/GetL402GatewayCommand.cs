using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>Gets the gateways this account has registered; no gateway is called.</summary>
/// <example>
/// <code>Get-L402Gateway prod | Format-List</code>
/// <para>All of one registration; of its secrets only where they are.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402Gateway")]
[OutputType(typeof(RegisteredGateway))]
public sealed class GetL402GatewayCommand : LightningOpsCmdlet
{
    /// <summary>Names, wildcards allowed; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RegisteredGatewayCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var all = GatewayRegistry.ForAccount(CurrentContext.Environment()).List();
        using var journal = TryOpenJournal();
        foreach (var name in Name)
        {
            var filter = new WildcardFilter([name]);
            var found = all.Where(gateway => filter.IsMatch(gateway.Name)).ToArray();
            if (found.Length == 0 && !WildcardFilter.IsPattern(name))
            {
                WriteError(ErrorRecords.GatewayNotRegistered(name));
            }

            foreach (var gateway in found)
            {
                WriteObject(gateway with { Reconcile = await FindReconcileAsync(journal, gateway, cancellationToken).ConfigureAwait(false) });
            }
        }
    }

    private OperatorJournal? TryOpenJournal()
    {
        var environment = CurrentContext.Environment();
        try
        {
            return OperatorJournal.Open(ControlPlaneSettings.From(environment) with { StoreAccess = StoreAccess.Read }, environment);
        }
        catch (LightningOpsException)
        {
            // Without a control plane the registrations are known, and their reconciling is not.
            return null;
        }
    }

    private static async Task<string?> FindReconcileAsync(OperatorJournal? journal, RegisteredGateway gateway, CancellationToken cancellationToken)
    {
        if (journal?.Snapshots is not { } store)
        {
            return null;
        }

        try
        {
            return GatewayReference.Parse(gateway.Place).RecordName is not { } name ? null
                : await store.FindSuspensionAsync(name, cancellationToken).ConfigureAwait(false) is { } suspension ? suspension.ToState()
                : "on";
        }
        catch (LightningOpsException)
        {
            return null;
        }
    }
}
