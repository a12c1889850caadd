using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.AccessLogs;

namespace LightningOps.Reconcile;

/// <summary>Makes plans to review, and finds changes since one was made; changes and records nothing.</summary>
public sealed class L402Planner
{
    private readonly IControlPlane controlPlane;
    private readonly IGateway gateway;
    private readonly IProgress<StageReport>? progress;

    /// <summary>A planner for one gateway.</summary>
    /// <param name="controlPlane">The control plane; its creator disposes it.</param>
    /// <param name="gateway">The gateway; its creator disposes it.</param>
    /// <param name="progress">Receives each stage; may be null.</param>
    public L402Planner(IControlPlane controlPlane, IGateway gateway, IProgress<StageReport>? progress = null)
    {
        this.controlPlane = controlPlane;
        this.gateway = gateway;
        this.progress = progress;
    }

    /// <summary>The guard rails whose excess the plan states.</summary>
    public GuardRails Limits { get; init; } = new();

    /// <summary>Access logs whose requests are compared before and after; empty for none.</summary>
    public IReadOnlyList<string> AccessLogs { get; init; } = [];

    /// <summary>Host of log lines without one.</summary>
    public string? HostName { get; init; }

    /// <summary>Makes a plan.</summary>
    /// <param name="options">Options of the reconcile that would follow.</param>
    /// <param name="made">Its author, time and gateway.</param>
    /// <param name="withPrivateValues">Whether secrets, upstream addresses of closed services and owner ids are kept.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The comparison, and the plan; null if the paywalls do not compile.</returns>
    /// <exception cref="LightningOpsException">The control plane or the gateway cannot be read.</exception>
    public async Task<(DriftResult Drift, L402Plan? Plan)> CreateAsync(ReconcileOptions options, PlanOrigin made, bool withPrivateValues, CancellationToken cancellationToken)
    {
        var drift = await CompareAsync(PlanBasis.CreateSalt(), options, cancellationToken).ConfigureAwait(false);
        return (drift, L402Plan.Create(drift, made, withPrivateValues, Limits, MeasureLog(drift.Plan, cancellationToken)));
    }

    private AccessLogMeasurement? MeasureLog(RolloutPlan? plan, CancellationToken cancellationToken)
    {
        if (AccessLogs.Count == 0 || plan is null)
        {
            return null;
        }

        return plan.Examples is { Served: { } served, Planned: var planned }
            ? AccessLogMeasure.Run(AccessLogs, AccessLogFormat.Auto, HostName, served, planned, cancellationToken)
            : throw new ConfigException("AccessLog", "cannot be measured: the services of the gateway before and after the roll-out are not known", "Use Measure-L402AccessLog with the file that is served.");
    }

    /// <summary>Changes since a plan was made, one sentence each; empty for none.</summary>
    /// <param name="basis">Basis of the plan.</param>
    /// <param name="options">Options of the reconcile that would follow.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LightningOpsException">The control plane or the gateway cannot be read.</exception>
    public async Task<IReadOnlyList<string>> FindMovedAsync(PlanBasis basis, ReconcileOptions options, CancellationToken cancellationToken)
    {
        var drift = await CompareAsync(basis.Salt, options, cancellationToken).ConfigureAwait(false);
        return drift.Source is { Basis: { } now } ? basis.FindMoved(now, drift.Security) : ["the paywalls do not compile"];
    }

    private Task<DriftResult> CompareAsync(string salt, ReconcileOptions options, CancellationToken cancellationToken) =>
        new DriftCheck(controlPlane, gateway, progress) { PlanSalt = salt }.RunAsync(options, cancellationToken);
}

/// <summary>Author, time, gateway and options of a plan.</summary>
/// <param name="GatewayArgument">The gateway as the command named it.</param>
/// <param name="ControlPlane">Control plane.</param>
/// <param name="CreatedAtMs">Time, Unix milliseconds.</param>
/// <param name="CreatedBy">Account.</param>
/// <param name="Options">Options of the roll-out.</param>
public sealed record PlanOrigin(string GatewayArgument, string ControlPlane, long CreatedAtMs, string CreatedBy, PlanOptions Options);
