using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Gateway.Records;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using Microsoft.Extensions.Time.Testing;

namespace LightningOps.Tests.Reconcile;

/// <summary>A reconciler with everything about it in memory and everything able to fail.</summary>
internal sealed class ReconcileBench
{
    public const string RequestId = "sync:1";
    public const string DeploymentId = "dep_reconcile_sync_1";

    public const string PreviousHash = "cfg_previous";

    private readonly MemoryGateway served;

    private readonly List<Paywall> listed;

    public ReconcileBench(IReadOnlyList<Paywall>? paywalls = null, bool hasPrevious = true, string gatewayName = "memory")
    {
        listed = [.. paywalls ?? MockFixture.Paywalls];
        Plane = new MockControlPlane(Time, listed);
        ControlPlane = new FaultyControlPlane(Plane);
        served = new MemoryGateway(new MemoryGatewayOptions { Name = gatewayName, Faults = Faults });
        Gateway = new HookedGateway(served);
        if (hasPrevious)
        {
            served.ApplyAsync(Rollout(PreviousHash), CancellationToken.None).GetAwaiter().GetResult();
        }
    }

    public FakeTimeProvider Time { get; } = new();

    /// <summary>What the control plane holds.</summary>
    public IReadOnlyList<Paywall> Paywalls
    {
        get => listed;
        set
        {
            var wanted = value.ToArray();
            listed.Clear();
            listed.AddRange(wanted);
        }
    }

    public MockControlPlane Plane { get; }

    public FaultyControlPlane ControlPlane { get; }

    public FaultPlan Faults { get; } = new();

    public HookedGateway Gateway { get; }

    public MemoryLeases Leases { get; init; } = new();

    public MemoryOutbox Outbox { get; } = new();

    /// <summary>Records that outlive a reconciler; null for none.</summary>
    public IGatewayRecords? Records { get; init; }

    public List<StageReport> Reports { get; } = [];

    public ReconcileOptions Options { get; init; } = new() { RequestId = RequestId };

    public Reconciler Reconciler => new(ControlPlane, Gateway, Time, Leases, Outbox, new Listener(Reports)) { History = Records is null ? null : new GuardRailHistory(Records, Gateway.Name, Time) };

    /// <summary>Hash of what the paywalls compile to.</summary>
    public string WantedHash => PaywallCompiler.Compile(
        Plane.ListPaywallsAsync(CancellationToken.None).Result,
        Options.Compile with { Security = Plane.GetSecurityStateAsync(CancellationToken.None).Result }).ConfigHash;

    public Task<ReconcileResult> RunAsync(CancellationToken cancellationToken = default) => Reconciler.RunAsync(Options, cancellationToken);

    /// <summary>What the gateway really serves.</summary>
    public string? ServedHash()
    {
        // Past the faults still in the plan.
        for (var tries = 0; ; tries++)
        {
            try
            {
                return served.ReadStateAsync(CancellationToken.None).GetAwaiter().GetResult().Active?.ConfigHash;
            }
            catch (GatewayException) when (tries < 100)
            {
            }
        }
    }

    /// <summary>What the gateway really serves; its faults come first.</summary>
    public Task<GatewayState> ReadServedAsync() => served.ReadStateAsync(CancellationToken.None);

    public Deployment Record(string deploymentId = DeploymentId) =>
        Plane.ListDeploymentsAsync(new DeploymentQuery { DeploymentId = deploymentId }, CancellationToken.None).Result.Single();

    public string[] Events() =>
        Plane.ListEventsAsync(new GatewayEventQuery(), CancellationToken.None).Result.Reverse().Select(recorded => recorded.EventType["gateway_reconcile_".Length..]).ToArray();

    public GatewayEvent LastEvent() => Plane.ListEventsAsync(new GatewayEventQuery { First = 1 }, CancellationToken.None).Result.Single();

    private static GatewayRollout Rollout(string hash) => new()
    {
        RequestId = "earlier",
        DeploymentId = "dep_earlier",
        ConfigHash = hash,
        Artifact = Array.Empty<byte>(),
        Rules = [],
    };

    private sealed class Listener(List<StageReport> reports) : IProgress<StageReport>
    {
        public void Report(StageReport value) => reports.Add(value);
    }
}
