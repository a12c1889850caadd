using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;

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
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var all = GatewayRegistry.ForAccount(CurrentContext.Environment()).List();
        foreach (var name in Name)
        {
            var filter = new WildcardFilter([name]);
            var found = all.Where(gateway => filter.IsMatch(gateway.Name)).ToArray();
            if (found.Length == 0 && !WildcardFilter.IsPattern(name))
            {
                WriteError(ErrorRecords.GatewayNotRegistered(name));
            }

            WriteObject(found, enumerateCollection: true);
        }

        return Task.CompletedTask;
    }
}
