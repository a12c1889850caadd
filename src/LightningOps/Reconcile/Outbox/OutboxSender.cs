using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.Reconcile.Outbox;

/// <summary>Sends a control plane the records of earlier runs, in order; stops when it is still not reachable.</summary>
internal sealed class OutboxSender
{
    private readonly ReconcilePass pass;

    public OutboxSender(ReconcilePass pass) => this.pass = pass;

    /// <summary>Outcome of an attempt to send an event.</summary>
    internal enum Delivery
    {
        Arrived,
        DidNotArrive,
        MayHaveArrived,
        Refused,
    }

    /// <summary>Sends the waiting records; returns the number that arrived. Failures are warnings.</summary>
    public async Task<int> SendAsync(CancellationToken cancellationToken)
    {
        var sent = 0;
        try
        {
            for (var entry = await pass.Outbox.DequeueAsync(0, pass.Gateway.Name, cancellationToken).ConfigureAwait(false);
                entry is not null;
                entry = await pass.Outbox.DequeueAsync(entry.Sequence, pass.Gateway.Name, cancellationToken).ConfigureAwait(false))
            {
                if (!await SendAsync(entry, cancellationToken).ConfigureAwait(false))
                {
                    break;
                }

                sent++;
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            pass.Warn("outbox_unavailable", "Records that earlier runs could not send were not sent: " + ((failure as LightningOpsException)?.Message ?? RolloutFailure.GetReason(failure)));
        }

        return sent;
    }

    /// <summary>What a failed attempt means for the sent record.</summary>
    internal static Delivery ToDelivery(LightningOpsException failure) => failure switch
    {
        ControlPlaneTransportException { IsRefusal: true } => Delivery.Refused,
        ControlPlaneTransportException { MayHaveArrived: false } => Delivery.DidNotArrive,

        // An unreadable answer is still an answer.
        ControlPlaneTransportException or ControlPlaneDecodeException => Delivery.MayHaveArrived,

        // The store of this machine writes all or nothing.
        _ => Delivery.DidNotArrive,
    };

    private async Task<bool> SendAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await RecordAsync(entry, cancellationToken).ConfigureAwait(false);
        }
        catch (LightningOpsException failure)
        {
            var outcome = ToDelivery(failure);
            var isGone = outcome == Delivery.Refused || (outcome == Delivery.MayHaveArrived && entry.Event is not null);
            if (!isGone)
            {
                await pass.Outbox.RequeueAsync(entry, CancellationToken.None).ConfigureAwait(false);
                pass.Warn("outbox_unavailable", "Records that earlier runs could not send still cannot be sent: " + failure.Message);
                return false;
            }

            pass.Warn(outcome == Delivery.Refused ? "event_refused" : "event_in_doubt", Describe(entry) + " will not be sent again: " + failure.Message);
        }

        await pass.Outbox.RemoveAsync(entry, CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    private Task RecordAsync(OutboxEntry entry, CancellationToken cancellationToken) =>
        entry.Event is { } draft
            ? pass.ControlPlane.RecordEventAsync(draft, cancellationToken)
            : pass.ControlPlane.RecordDeploymentAsync(entry.Deployment!, cancellationToken);

    private static string Describe(OutboxEntry entry) =>
        entry.Event is { } draft ? "Event " + draft.EventType + " of " + draft.DeploymentId : "The record of " + entry.Deployment!.DeploymentId;
}
