using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;

namespace LightningOps.Tests.Settlements;

/// <summary>A control plane that takes events one by one, as the hosted ones do, and counts how many it has at once.</summary>
internal sealed class OneByOne(IControlPlane inner) : IControlPlane
{
    private int atOnce;
    private int most;

    /// <summary>Most calls it had at once.</summary>
    public int MostAtOnce => Volatile.Read(ref most);

    /// <summary>Done before each call of an event.</summary>
    public Func<SettlementEvent, Task> Before { get; set; } = async _ => await Task.Yield();

    public Task<InvoiceIngestResult> IngestInvoiceAsync(InvoiceUpdate update, CancellationToken cancellationToken) =>
        RunAsync(SettlementEvent.From(update), () => inner.IngestInvoiceAsync(update, cancellationToken));

    public Task<SettlementIngestResult> IngestSettlementAsync(SettlementWithProof report, CancellationToken cancellationToken) =>
        RunAsync(SettlementEvent.From(report), () => inner.IngestSettlementAsync(report, cancellationToken));

    public Task<IReadOnlyList<Paywall>> ListPaywallsAsync(CancellationToken cancellationToken) => inner.ListPaywallsAsync(cancellationToken);

    public Task<Deployment> RecordDeploymentAsync(DeploymentIntent intent, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<GatewayEvent> RecordEventAsync(GatewayEventDraft draft, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SecurityState> GetSecurityStateAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<GlobalControl> SetGlobalPauseAsync(GlobalPauseChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<OwnerControl> SetOwnerKillSwitchAsync(OwnerKillSwitchChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CredentialRoleState> RotateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CredentialRoleState> ActivateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CredentialRoleState> RevokeCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose() => inner.Dispose();

    private async Task<T> RunAsync<T>(SettlementEvent told, Func<Task<T>> call)
    {
        var now = Interlocked.Increment(ref atOnce);
        for (var seen = most; now > seen; seen = most)
        {
            Interlocked.CompareExchange(ref most, now, seen);
        }

        try
        {
            await Before(told);
            return await call();
        }
        finally
        {
            Interlocked.Decrement(ref atOnce);
        }
    }
}
