using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.PowerShell.Completion;
using LightningOps.Reconcile;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Compares what gateways serve with what the control plane wants, and changes nothing. A result a gateway tells InDrift,
/// the plan a Sync-ApertureConfig would carry out, and an exit code: 0 in sync, 1 in drift, 2 cannot be told. What cannot
/// be read is an error, never "no drift".
/// </summary>
/// <example>
/// <code>$drift = Test-ApertureDrift -Gateway file:/etc/aperture/aperture.yaml -ErrorAction Stop; exit $drift.ExitCode</code>
/// <para>A scheduled runbook.</para>
/// </example>
/// <example>
/// <code>if (Test-ApertureDrift -Gateway ops -Quiet) { Send-Alert }</code>
/// <para>True where a gateway differs; what cannot be read ends the command.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "ApertureDrift")]
[OutputType(typeof(DriftResult), typeof(bool))]
public sealed class TestApertureDriftCommand : GatewayCmdlet
{
    private readonly List<string> named = new();

    /// <summary>
    /// Gateways: ops, ops:https://host, admin:https://host:port, file:PATH, memory. Without it ops in Api and Convex mode,
    /// memory in Mock mode.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(GatewayCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Gateway { get; set; } = [];

    /// <summary>Aperture: Lightning Labs' configuration. RouteDocument: the older service's document, which ops gateways take.</summary>
    [Parameter]
    public ArtifactFormat Format { get; set; } = ArtifactFormat.Aperture;

    /// <summary>The gateway does not serve Aperture's admin API: its reserved paths are warnings, not errors.</summary>
    [Parameter]
    public SwitchParameter NoAdminApi { get; set; }

    /// <summary>As for the roll-out: services of an admin gateway that have no record of having been made here are removed.</summary>
    [Parameter]
    public SwitchParameter Prune { get; set; }

    /// <summary>As for the roll-out: it is made although the gateway cannot carry rate limits or rewrites.</summary>
    [Parameter]
    public SwitchParameter AllowMissingFeatures { get; set; }

    /// <summary>Only whether any gateway is in drift; what cannot be told then ends the command.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        named.AddRange(Gateway);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (named.Count == 0 && MyInvocation.ExpectingInput)
        {
            return;
        }

        using var controlPlane = OpenControlPlane();
        using var gateways = OpenGateways(named, EffectiveMode);
        var stages = ShowStages("Comparing");
        try
        {
            await CompareAsync(controlPlane, gateways.All, stages, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            stages.Complete();
        }
    }

    private ReconcileOptions Options => new()
    {
        RequestId = "drift",
        Compile = new CompileOptions { Format = Format, GatewayHasAdminApi = !NoAdminApi },
        Prune = Prune,
        AllowMissingFeatures = AllowMissingFeatures,
    };

    private async Task CompareAsync(IControlPlane controlPlane, IReadOnlyList<IGateway> gateways, IProgress<StageReport> stages, CancellationToken cancellationToken)
    {
        var inDrift = false;
        foreach (var gateway in gateways)
        {
            var check = new DriftCheck(controlPlane, gateway, stages);
            if (Quiet)
            {
                inDrift |= Known(await check.RunAsync(Options, cancellationToken).ConfigureAwait(false)).InDrift;
            }
            else
            {
                await ForInputAsync(gateway.Name, async () => Write(await check.RunAsync(Options, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
            }
        }

        if (Quiet)
        {
            WriteObject(inDrift);
        }
    }

    private void Write(DriftResult drift)
    {
        WriteObject(drift);
        if (Undetermined(drift) is { } error)
        {
            WriteError(error);
        }
    }

    private DriftResult Known(DriftResult drift)
    {
        if (Undetermined(drift) is { } error)
        {
            ThrowTerminatingError(error);
        }

        return drift;
    }

    private static ErrorRecord? Undetermined(DriftResult drift) =>
        drift.Status != DriftStatus.Undetermined ? null
        : drift.Plan is { } plan ? ErrorRecords.RolloutRefused(plan)
        : ErrorRecords.CompileInvalid(drift);
}
