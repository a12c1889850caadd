using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Progress;
using LightningOps.Reconcile;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Compares gateways with the control plane without changing anything. Each gateway returns a result with InDrift, the
/// the plan a Sync-ApertureConfig would carry out, and an exit code: 0 in sync, 1 in drift, 2 unknown. A gateway
/// that cannot be read is a result with exit code 2 and an error, never "no drift".
/// </summary>
/// <example>
/// <code>$drift = Test-ApertureDrift -Gateway file:/etc/aperture/aperture.yaml -ErrorAction Stop; exit $drift.ExitCode</code>
/// <para>A scheduled runbook.</para>
/// </example>
/// <example>
/// <code>if (Test-ApertureDrift -Gateway ops -Quiet) { Send-Alert }</code>
/// <para>True if a gateway differs. A gateway that is unreadable, or was not seen to load its file, ends the command.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "ApertureDrift")]
[OutputType(typeof(DriftResult), typeof(bool))]
public sealed class TestApertureDriftCommand : RolloutCmdlet
{
    /// <summary>Return only whether any gateway is in drift. Unknown drift (exit code 2) is never $false: it ends the command with an error.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    private protected override string Activity => "Comparing";

    /// <inheritdoc/>
    private protected override StoreAccess StoreAccess => IsStoreNamed ? StoreAccess.ReadExisting : StoreAccess.Read;

    /// <inheritdoc/>
    private protected override async Task RunAsync(
        IControlPlane controlPlane, IReadOnlyList<IGateway> gateways, StageReporter stages, CancellationToken cancellationToken)
    {
        var options = CreateOptions("drift");
        var inDrift = false;
        var head = Quiet ? null : await FindJournalHeadAsync(EffectiveMode, cancellationToken).ConfigureAwait(false);
        foreach (var gateway in gateways)
        {
            var check = new DriftCheck(controlPlane, gateway, stages) { ReportsUnreachable = true };
            if (Quiet)
            {
                inDrift |= ThrowIfUndetermined(await check.RunAsync(options, cancellationToken).ConfigureAwait(false)).InDrift;
            }
            else
            {
                if (await FindSuspensionAsync(gateway.Name, cancellationToken).ConfigureAwait(false) is { } suspension)
                {
                    WriteWarning(suspension.ToWarning());
                }

                await ForInputAsync(gateway.Name, async () => Write((await check.RunAsync(options, cancellationToken).ConfigureAwait(false)) with { JournalHead = head })).ConfigureAwait(false);
            }
        }

        if (Quiet)
        {
            WriteObject(inDrift);
        }
    }

    private void Write(DriftResult drift)
    {
        if (drift.LeftAlone.Count > 0)
        {
            WriteWarning(drift.Gateway + ": a roll-out does not change " + string.Join(", ", drift.LeftAlone) + ", because no record says that this store made them. Who made them is not known.");
        }

        WriteObject(drift);
        if (Undetermined(drift) is { } error)
        {
            WriteError(error);
        }
    }

    private DriftResult ThrowIfUndetermined(DriftResult drift)
    {
        if (Undetermined(drift) is { } error)
        {
            ThrowTerminatingError(error);
        }

        if (drift.IsOnlyWritten)
        {
            // A condition must not take unknown for in sync.
            ThrowTerminatingError(ErrorRecords.DriftUndetermined(drift));
        }

        return drift;
    }

    private static ErrorRecord? Undetermined(DriftResult drift) =>
        drift.Status != DriftStatus.Undetermined || drift.IsOnlyWritten ? null
        : drift.GatewayFailure is { } failure ? ErrorRecords.From(failure, drift.Gateway)
        : drift.Plan is { IsRefused: false } ? ErrorRecords.DriftUndetermined(drift)
        : drift.Plan is { } plan ? ErrorRecords.RolloutRefused(plan)
        : ErrorRecords.CompileInvalid(drift);
}
