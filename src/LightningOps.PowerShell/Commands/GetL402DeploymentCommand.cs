using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Gets the recorded roll-outs, newest first: gateway, who, and what changed. What was only compiled is left out without
/// -IncludeCompiled. The hosted control planes do not list their deployments.
/// </summary>
/// <example>
/// <code>Get-L402Deployment -Mode Local -Status Applied -First 1</code>
/// <para>The deployment that was applied last.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402Deployment")]
[OutputType(typeof(Deployment))]
public sealed class GetL402DeploymentCommand : HistoryCmdlet
{
    /// <summary>Id of the deployment.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeploymentIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? DeploymentId { get; set; }

    /// <summary>State of the deployment.</summary>
    [Parameter]
    public DeploymentStatus Status { get; set; }

    /// <summary>Configuration hash of the deployment.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ConfigHashCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ConfigHash { get; set; }

    /// <summary>Gateway it was rolled out to: a registered name, kind and address, or as the deployments name it. The path of a file may be relative.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RegisteredGatewayCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Gateway { get; set; }

    /// <summary>Who rolled it out, as the journal has it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Who { get; set; }

    /// <summary>Include what was compiled with -Record and not rolled out. With -DeploymentId it is always included.</summary>
    [Parameter]
    public SwitchParameter IncludeCompiled { get; set; }

    /// <summary>Maximum number of results.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = 100;

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        using var controlPlane = OpenControlPlaneToRead();
        if (controlPlane is not IDeploymentHistory history)
        {
            throw new ConfigException(nameof(Mode), "the control plane " + GetModeName(EffectiveMode) + " does not list deployments", "Use -Mode Local or Postgres.");
        }

        var found = await history.ListDeploymentsAsync(Query, cancellationToken).ConfigureAwait(false);
        WriteObject(found, enumerateCollection: true);
        if (found.Count == 0 && DeploymentId is not null)
        {
            WriteError(ErrorRecords.Create("DeploymentNotFound", "No deployment '" + DeploymentId + "' matches the filters.", ErrorCategory.ObjectNotFound, DeploymentId, "List all of them with Get-L402Deployment."));
        }
    }

    private DeploymentQuery Query => new()
    {
        DeploymentId = DeploymentId,
        Status = IsBound(nameof(Status)) ? Status : null,
        ConfigHash = ConfigHash is null ? null : new ConfigHash(ConfigHash),
        Gateway = Gateway is null ? null : GetGatewayName(Gateway),
        Who = Who,
        SinceMs = TimeRange.SinceMs,
        UntilMs = TimeRange.UntilMs,
        RolloutsOnly = !IncludeCompiled && DeploymentId is null,
        First = First,
    };
}
