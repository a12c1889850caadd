using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;

namespace LightningOps.PowerShell.Commands;

/// <summary>Removes the registration of a gateway. The gateway, its secrets and its records stay.</summary>
/// <example>
/// <code>Unregister-L402Gateway staging</code>
/// <para>The name is free again.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Unregister, "L402Gateway", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class UnregisterL402GatewayCommand : StoreCmdlet
{
    /// <summary>Names of the gateways.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RegisteredGatewayCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var registry = GatewayRegistry.ForAccount(CurrentContext.Environment());
        foreach (var name in Name)
        {
            if (registry.Find(name) is not { } found)
            {
                WriteError(ErrorRecords.GatewayNotRegistered(name));
            }
            else if (ShouldProcess(found.Describe(), "Unregister"))
            {
                await registry.ChangeAsync(name, static _ => null, cancellationToken).ConfigureAwait(false);
                await JournalRegistrationAsync(found, "gateway unregistered", null).ConfigureAwait(false);
            }
        }
    }
}
