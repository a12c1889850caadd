using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Progress;
using LightningOps.PowerShell.Session;
using LightningOps.Reconcile;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Makes the plan of a roll-out to review and approve: every member of what is added, changed, removed, closed and moved, prices from and
/// to in satoshis as they are asked, what holders of sold tokens can do, and the findings with their example requests. -OutFile writes it
/// to a file; Sync-ApertureConfig -PlanPath applies exactly that, and refuses it where the gateway, the control plane or a switch has
/// moved since. Nothing is sent to the gateway.
/// </summary>
/// <example>
/// <code>$plan = New-L402Plan -Gateway file:/etc/aperture/aperture.yaml -OutFile plan.json; exit $plan.ExitCode</code>
/// <para>A CI: 0 nothing to change, 1 something to change, 2 the gateway cannot carry it.</para>
/// </example>
/// <example>
/// <code>Sync-ApertureConfig -PlanPath plan.json -Approve plan_3f6c… -ApprovedBy bob</code>
/// <para>Applies the plan that bob has read.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "L402Plan", SupportsShouldProcess = true)]
[OutputType(typeof(L402Plan))]
public sealed class NewL402PlanCommand : RolloutCmdlet
{
    /// <summary>File for the plan; replaced atomically.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Do not overwrite an existing file; it is an error.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>
    /// Access logs: how many of their requests the roll-out changes, and examples of them, in the plan. The forms are those of
    /// Measure-L402AccessLog, and are found from the lines.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] AccessLog { get; set; } = [];

    /// <summary>Host header of requests whose line in the log has none: in the combined format and in Aperture's log.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(HostNameCompleter))]
    public string? HostName { get; set; }

    /// <summary>Keep header values, upstream addresses of closed services and owner ids in the plan; the file is then readable by this user only.</summary>
    [Parameter]
    public SwitchParameter IncludePrivateValues { get; set; }

    /// <inheritdoc/>
    private protected override string Activity => "Planning";

    /// <inheritdoc/>
    private protected override StoreAccess StoreAccess => IsStoreNamed ? StoreAccess.ReadExisting : StoreAccess.Read;

    /// <inheritdoc/>
    private protected override async Task RunAsync(IControlPlane controlPlane, IReadOnlyList<IGateway> gateways, StageReporter stages, CancellationToken cancellationToken)
    {
        if (OutFile is not null && gateways.Count > 1)
        {
            throw new ConfigException(nameof(OutFile), "takes the plan of one gateway, and several are specified", "Make a plan for each gateway.");
        }

        var file = OutFile is null ? null : ResolveFile(OutFile);
        if (file is not null)
        {
            RequireNoFile(file, NoClobber);
        }

        var options = CreateOptions("plan");
        for (var place = 0; place < gateways.Count; place++)
        {
            var gateway = gateways[place];
            var argument = GetArgument(place) ?? gateway.Name;
            await ForInputAsync(gateway.Name, () => PlanAsync(controlPlane, gateway, argument, options, file, stages, cancellationToken)).ConfigureAwait(false);
        }
    }

    private async Task PlanAsync(IControlPlane controlPlane, IGateway gateway, string argument, ReconcileOptions options, string? file, StageReporter stages, CancellationToken cancellationToken)
    {
        var logs = AccessLog.Select(ResolveInputFile).ToArray();
        var origin = new PlanOrigin(argument, GetModeName(EffectiveMode), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), CurrentUser.Name, CreatePlanOptions());
        using var stores = OpenStores(gateway, EffectiveMode, StoreAccess.Read);
        var limits = await new GuardRails().WithEarlierAsync(stores, cancellationToken).ConfigureAwait(false);
        var (drift, plan) = await new L402Planner(controlPlane, gateway, stages) { Limits = limits, AccessLogs = logs, HostName = HostName }.CreateAsync(options, origin, IncludePrivateValues, cancellationToken).ConfigureAwait(false);
        if (plan is null)
        {
            WriteError(ErrorRecords.CompileInvalid(drift));
            return;
        }

        if (file is not null && ShouldProcess(file, "Write the plan " + plan.Hash))
        {
            PlanFile.Write(file, plan);
            await JournalAsync(EffectiveMode, new JournalDraft { Kind = JournalKind.Plan, Action = "plan made", Gateway = plan.Gateway, Subject = plan.Hash, ConfigHash = plan.ConfigHash, Detail = plan.Summary }).ConfigureAwait(false);
        }

        WriteObject(plan);
        if (plan.IsRefused && drift.Plan is { } refused)
        {
            WriteError(ErrorRecords.RolloutRefused(refused));
        }
    }
}
