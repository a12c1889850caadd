using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Display;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Progress;
using LightningOps.PowerShell.Session;
using LightningOps.Reconcile;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Brings paywalls and a gateway back to an earlier deployment, with plan, checks and record as any roll-out. The gateway is rolled out
/// first; unless that fails the paywalls of the store are replaced, too: those that go or change are named, and the previous ones are saved as a
/// snapshot beside the store. -GatewayOnly brings back only what the gateway held, and
/// suspends reconciling it until Set-L402Gateway -Reconcile On, so that the next schedule does not undo it. What is paused, killed or
/// suspended now stays closed.
/// </summary>
/// <example>
/// <code>Get-L402Deployment -Mode Local -Status Applied -First 5</code>
/// <para>Which deployments there were.</para>
/// </example>
/// <example>
/// <code>Restore-L402Deployment -DeploymentId dep_reconcile_api_1795367198056 -Mode Local -WhatIf</code>
/// <para>The plan of the way back.</para>
/// </example>
[Cmdlet(VerbsData.Restore, "L402Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ReconcileResult))]
public sealed class RestoreL402DeploymentCommand : RolloutCmdlet
{
    private const int MaxNames = 20;

    private DeploymentSnapshot? snapshot;

    /// <summary>Deployment to go back to. The paywalls of the last 200 successful roll-outs are kept.</summary>
    [Parameter(Mandatory = true)]
    [ArgumentCompleter(typeof(DeploymentIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string DeploymentId { get; set; } = string.Empty;

    /// <summary>Bring back only what the gateway held, and suspend reconciling it; the paywalls stay as they are.</summary>
    [Parameter]
    public SwitchParameter GatewayOnly { get; set; }

    /// <summary>Do not ask. The guard rails of Sync-ApertureConfig hold.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override bool IsForced => Force;

    /// <inheritdoc/>
    private protected override string Activity => "Restoring";

    /// <inheritdoc/>
    private protected override StoreAccess StoreAccess => IsWhatIf ? StoreAccess.Read : StoreAccess.Write;

    /// <inheritdoc/>
    private protected override GatewayArgument? DefaultGateway => snapshot is null ? null : new GatewayArgument(snapshot.Gateway);

    /// <inheritdoc/>
    protected override async Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        using var store = OpenSnapshots(IsStoreNamed ? StoreAccess.ReadExisting : StoreAccess.Read);
        snapshot = store?.Snapshots is { } snapshots ? await snapshots.FindSnapshotAsync(DeploymentId, cancellationToken).ConfigureAwait(false) : null;
        if (snapshot is null)
        {
            ThrowTerminatingError(ErrorRecords.Create("DeploymentNotRestorable", "The paywalls of deployment '" + DeploymentId + "' are not kept in this store.", ErrorCategory.ObjectNotFound, DeploymentId, "Only successful roll-outs of this store can be restored, the last 200: Get-L402Deployment -Status Applied."));
        }
    }

    /// <inheritdoc/>
    private protected override async Task RunAsync(IControlPlane controlPlane, IReadOnlyList<IGateway> gateways, StageReporter stages, CancellationToken cancellationToken)
    {
        if (gateways.Count != 1)
        {
            throw new ConfigException(nameof(Gateway), "a deployment belongs to one gateway, and several are specified", "Restore each gateway separately.");
        }

        if (!GatewayOnly && controlPlane is not IPaywallStore)
        {
            throw new ConfigException(nameof(Mode), "the paywalls of control plane " + GetModeName(EffectiveMode) + " are changed by their owners there", "Use -GatewayOnly to bring back the earlier configuration of the gateway.");
        }

        var restored = await RestoredControlPlane.CreateAsync(controlPlane, snapshot!, cancellationToken).ConfigureAwait(false);
        if (restored.Suspended.Count > 0)
        {
            WriteWarning("Suspended in the store, so the restored configuration closes them: " + string.Join(", ", restored.Suspended) + ".");
        }

        if (!GatewayOnly && DescribeLoss(restored) is { } loss)
        {
            WriteWarning(loss);
        }

        var gateway = gateways[0];
        var options = CreateOptions(NewRequestId("restore", EffectiveMode)) with
        {
            JournalKind = JournalKind.Restore,
            IsGatewayOnly = GatewayOnly,
            JournalAction = "restored " + DeploymentId + (GatewayOnly ? ", gateway only" : string.Empty),
        };
        var drift = await new DriftCheck(restored, gateway, stages).RunAsync(options, cancellationToken).ConfigureAwait(false);
        var plan = drift.ClosingPlan ?? drift.Plan;
        var asks = IsWhatIf || (ConfirmThreshold != ConfirmImpact.None && (!Force || IsBound("Confirm")));
        if (asks && !ShouldProcessAs("Restore " + DeploymentId + (GatewayOnly ? string.Empty : ": the paywalls of the store are replaced") + System.Environment.NewLine + plan, "Restore an earlier deployment"))
        {
            return;
        }

        var agreed = asks ? options : options with { Limits = new GuardRails() };
        var step = (await RollOutAsync(restored, [(gateway, asks ? plan : null)], agreed, rollbackAll: false, stages, cancellationToken).ConfigureAwait(false)).Steps[0];
        if (step.Error is { } error)
        {
            WriteError(ErrorRecords.From(error, gateway.Name));
            return;
        }

        if (step.Result is not { } result)
        {
            return;
        }

        if (result.FailureCode is null)
        {
            await KeepAsync(controlPlane, restored, gateway.Name, cancellationToken).ConfigureAwait(false);
        }

        foreach (var warning in result.Warnings)
        {
            WriteWarning(NextStep.Format(result.Gateway, warning));
        }

        WriteObject(result);
        if (!result.Ok && result is not { FailureCode: null, Serving: LiveConfiguration.Written })
        {
            WriteError(ErrorRecords.ReconcileFailed(result));
        }
    }

    // Includes paywalls and changes that were never rolled out, which no other deployment has.
    private static string? DescribeLoss(RestoredControlPlane restored)
    {
        var parts = new List<string>();
        if (restored.Removed.Count > 0)
        {
            parts.Add("removes " + Names(restored.Removed));
        }

        if (restored.Changed.Count > 0)
        {
            parts.Add("changes back " + Names(restored.Changed));
        }

        return parts.Count == 0 ? null : "In the store the restore " + string.Join(" and ", parts) + ". -GatewayOnly keeps the store as it is.";
    }

    private static string Names(IReadOnlyList<Paywall> paywalls) =>
        string.Join(", ", paywalls.Take(MaxNames).Select(static paywall => paywall.Name + " (" + paywall.PaywallId + ")")) + (paywalls.Count > MaxNames ? ", …" : string.Empty);

    /// <summary>Keeps the next roll-out from undoing it: restores the paywalls, or suspends reconciles of the gateway.</summary>
    private async Task KeepAsync(IControlPlane controlPlane, RestoredControlPlane restored, string gateway, CancellationToken cancellationToken)
    {
        var deed = new JournalDraft { Kind = JournalKind.Restore, Action = GatewayOnly ? "reconciling suspended" : "paywalls restored", Gateway = gateway, DeploymentId = DeploymentId };
        await JournalAsync(EffectiveMode, deed, async () =>
        {
            if (!GatewayOnly)
            {
                if (restored.Removed.Count + restored.Changed.Count > 0)
                {
                    WriteWarning("The previous paywalls were saved to " + ReplacedPaywalls.Save(EffectiveEnvironment, EffectiveMode, restored.Replaced) + ". Import-LightningPaywall restores them.");
                }

                await ((IPaywallStore)controlPlane).ImportPaywallsAsync(restored.Paywalls, PaywallImportMode.Replace, cancellationToken).ConfigureAwait(false);
                return true;
            }

            using var store = OpenSnapshots(StoreAccess.Write);
            await store!.Snapshots!.SuspendReconcileAsync(gateway, DeploymentId, CurrentUser.Name, cancellationToken).ConfigureAwait(false);
            WriteWarning(gateway + " is not reconciled any more; pauses and kill switches still close it. To reconcile it again: Set-L402Gateway NAME -Reconcile On, with its registered name or " + gateway + ".");
            return true;
        }).ConfigureAwait(false);
    }
}
