using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Session;

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

    /// <summary>
    /// On lets Sync-ApertureConfig roll out to the gateway again after Restore-L402Deployment -GatewayOnly; Off suspends it. A gateway
    /// that is not registered is named by kind and address, for example file:/etc/aperture/aperture.yaml.
    /// </summary>
    [Parameter]
    public ReconcileSetting Reconcile { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var registry = Registry;
        if (IsBound(nameof(Reconcile)))
        {
            await SetReconcileAsync(registry.Find(Name)?.Place ?? Name, cancellationToken).ConfigureAwait(false);
            if (registry.Find(Name) is null || MyInvocation.BoundParameters.Keys.All(static key => key is nameof(Name) or nameof(Reconcile) or nameof(StorePath) or nameof(PassThru)))
            {
                if (PassThru && registry.Find(Name) is { } registered)
                {
                    WriteObject(registered);
                }

                return;
            }
        }

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

        // Changes of another process in the meantime are kept.
        var written = await registry.ChangeAsync(found.Name, existing => Change(existing ?? found), cancellationToken).ConfigureAwait(false);
        await JournalRegistrationAsync(written ?? found, "registration of gateway changed", FormatMembers()).ConfigureAwait(false);
        if (PassThru)
        {
            WriteObject(written);
        }
    }

    private async Task SetReconcileAsync(string gateway, CancellationToken cancellationToken)
    {
        if (!gateway.Contains(":"))
        {
            WriteError(ErrorRecords.GatewayNotRegistered(Name));
            return;
        }

        gateway = ResolveGateway(gateway).RecordName ?? gateway;
        if (!ShouldProcess(gateway, Reconcile == ReconcileSetting.On ? "Reconcile again" : "Suspend reconciling"))
        {
            return;
        }

        var environment = EffectiveEnvironment;
        using var journal = OperatorJournal.Open(ControlPlaneSettings.From(environment), environment);
        if (journal?.Snapshots is not { } store)
        {
            throw new ConfigException(nameof(Reconcile), "this control plane does not keep which gateways are reconciled", "Connect with -Mode Local, Api or Convex.");
        }

        if (Reconcile == ReconcileSetting.Off)
        {
            await store.SuspendReconcileAsync(gateway, ReconcileSuspension.ByHand, CurrentUser.Name, cancellationToken).ConfigureAwait(false);
        }
        else if (!await store.ResumeReconcileAsync(gateway, cancellationToken).ConfigureAwait(false))
        {
            WriteWarning(gateway + " was not suspended in this store.");
            return;
        }

        await journal.TryAppendAsync(new JournalDraft { Kind = JournalKind.Gateway, Action = Reconcile == ReconcileSetting.On ? "reconciling resumed" : "reconciling suspended", Gateway = gateway, Command = MyInvocation.MyCommand.Name }, WriteWarning).ConfigureAwait(false);
    }
}

/// <summary>Whether a gateway is reconciled.</summary>
public enum ReconcileSetting
{
    /// <summary>Sync-ApertureConfig rolls out to it.</summary>
    On,

    /// <summary>Only pauses and kill switches change it.</summary>
    Off,
}
