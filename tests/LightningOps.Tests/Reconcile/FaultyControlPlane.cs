using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;
using LightningOps.Paywalls;

namespace LightningOps.Tests.Reconcile;

/// <summary>A control plane in memory whose calls fail where told; what was recorded and answered is counted.</summary>
internal sealed class FaultyControlPlane(MockControlPlane plane) : IControlPlane
{
    private readonly Dictionary<ControlPlaneCall, Queue<ControlPlaneFault?>> fates = new();

    /// <summary>The calls made, in order; a deployment or event with its state or type.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Told before each call.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>Lets the next calls have these fates; null succeeds.</summary>
    public FaultyControlPlane Next(ControlPlaneCall call, params ControlPlaneFault?[] next)
    {
        fates.TryAdd(call, new Queue<ControlPlaneFault?>());
        Array.ForEach(next, fates[call].Enqueue);
        return this;
    }

    public void Heal() => fates.Clear();

    public Task<IReadOnlyList<Paywall>> ListPaywallsAsync(CancellationToken cancellationToken) =>
        CallAsync(ControlPlaneCall.List, "list", () => plane.ListPaywallsAsync(cancellationToken), cancellationToken);

    public Task<Deployment> RecordDeploymentAsync(DeploymentIntent intent, CancellationToken cancellationToken) =>
        CallAsync(ControlPlaneCall.Record, "record " + intent.Status, () => plane.RecordDeploymentAsync(intent, cancellationToken), cancellationToken);

    public Task<GatewayEvent> RecordEventAsync(GatewayEventDraft draft, CancellationToken cancellationToken) =>
        CallAsync(ControlPlaneCall.Event, "event " + draft.EventType, () => plane.RecordEventAsync(draft, cancellationToken), cancellationToken);

    public Task<SecurityState> GetSecurityStateAsync(CancellationToken cancellationToken) =>
        CallAsync(ControlPlaneCall.Security, "security", () => plane.GetSecurityStateAsync(cancellationToken), cancellationToken);

    public Task<InvoiceIngestResult> IngestInvoiceAsync(InvoiceUpdate update, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SettlementIngestResult> IngestSettlementAsync(SettlementWithProof report, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<GlobalControl> SetGlobalPauseAsync(GlobalPauseChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<OwnerControl> SetOwnerKillSwitchAsync(OwnerKillSwitchChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CredentialRoleState> RotateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CredentialRoleState> ActivateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CredentialRoleState> RevokeCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private async Task<T> CallAsync<T>(ControlPlaneCall call, string name, Func<Task<T>> forward, CancellationToken cancellationToken)
    {
        Calls.Add(name);
        Before?.Invoke(name);
        cancellationToken.ThrowIfCancellationRequested();
        var fate = fates.TryGetValue(call, out var queue) && queue.TryDequeue(out var next) ? next : null;
        if (fate is null)
        {
            return await forward();
        }

        if (fate == ControlPlaneFault.AnswerLost)
        {
            await forward();
        }

        throw new ControlPlaneTransportException(name, "injected_" + fate, "Heal it.")
        {
            MayHaveArrived = fate is ControlPlaneFault.AnswerLost or ControlPlaneFault.LostInDoubt,
            IsRefusal = fate == ControlPlaneFault.Refused,
        };
    }
}
