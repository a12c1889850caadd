using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Changes the registration of a gateway: the members given, and no other; $null removes one. A secret stays bound to the
/// address and certificate it was registered for, until -Macaroon is given again: a command that would send it elsewhere asks.
/// </summary>
/// <example>
/// <code>Set-L402Gateway prod -ReloadCommand /usr/bin/systemctl, restart, aperture</code>
/// <para>Sets the reload command.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "L402Gateway", SupportsShouldProcess = true)]
[OutputType(typeof(RegisteredGateway))]
public sealed class SetL402GatewayCommand : RegistrationCmdlet
{
    /// <summary>Name of the gateway.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RegisteredGatewayCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var registry = Registry;
        if (registry.Find(Name) is not { } found)
        {
            WriteError(ErrorRecords.GatewayNotRegistered(Name));
            return;
        }

        Change(found);
        if (!ShouldProcess(found.Describe(), "Change the registration of"))
        {
            return;
        }

        // What another process has changed in the meantime is kept.
        var written = await registry.ChangeAsync(found.Name, existing => Change(existing ?? found), cancellationToken).ConfigureAwait(false);
        if (PassThru)
        {
            WriteObject(written);
        }
    }
}
