using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Reconcile.Outbox;

namespace LightningOps.Reconcile;

/// <summary>
/// Records one deployment and its events in the control plane. A failed record does not undo a deployment: it is a
/// warning, and is kept in the outbox if it may be sent again.
/// </summary>
internal sealed class DeploymentJournal
{
    private static readonly RolloutFailure Interrupted = new(ReconcileFailureCodes.Interrupted, ReconcileStage.Record, "the process that rolled it out ended before it recorded the outcome");

    private readonly ReconcilePass pass;

    public DeploymentJournal(ReconcilePass pass) => this.pass = pass;

    public required string RequestId { get; init; }

    public required string DeploymentId { get; init; }

    public required string ConfigHash { get; init; }

    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>The rule named by the events; null without rules, and then there are no events.</summary>
    public required CompiledRule? EventRule { get; init; }

    /// <summary>
    /// Records it as pending; a failure is the caller's. If this process ends before it records the outcome, the next
    /// roll-out to the gateway records that.
    /// </summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        var interrupted = new DeploymentOutcome(DeploymentStatus.Failed, new CheckProgress()) { Failure = Interrupted };
        await WithOutboxAsync(() => pass.Outbox.AddAsync(new OutboxEntry { Gateway = pass.Gateway.Name, Deployment = CreateIntent(interrupted) }, CancellationToken.None)).ConfigureAwait(false);
        await pass.ControlPlane.RecordDeploymentAsync(CreateIntent(new DeploymentOutcome(DeploymentStatus.Pending, new CheckProgress())), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Keeps what is about to be sent, in the outbox and in the journal. A process that ends before it records the
    /// outcome then leaves a trace of what the gateway may serve. A failure is a warning.
    /// </summary>
    /// <param name="plan">The changes.</param>
    public async Task KeepIntentAsync(RolloutPlan plan)
    {
        var failure = Interrupted with { Reason = Interrupted.Reason + "; it may be live: " + RolloutEntries.DescribeChanges(plan) };
        var interrupted = new DeploymentOutcome(DeploymentStatus.Failed, new CheckProgress()) { Failure = failure };
        await WithOutboxAsync(() => pass.Outbox.AddAsync(new OutboxEntry { Gateway = pass.Gateway.Name, Deployment = CreateIntent(interrupted) }, CancellationToken.None)).ConfigureAwait(false);

        // A switch that stops sales is in the journal already, and a close does not wait for another entry.
        if (pass.Journal is { } write && pass.Options.Switch is not { Stops: true })
        {
            await write(RolloutEntries.CreateBegun(pass.Options, plan, DeploymentId, ConfigHash), reason => pass.Warn("journal_not_written", reason)).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Records the last state within a separate time limit. It is kept first, so that the next run sends it again if
    /// it cannot be recorded, or this process ends meanwhile.
    /// </summary>
    /// <returns>Whether the control plane recorded it.</returns>
    public async Task<bool> RecordOutcomeAsync(DeploymentOutcome outcome, LiveConfiguration serving)
    {
        await WithOutboxAsync(() => pass.Outbox.AddAsync(new OutboxEntry { Deployment = CreateIntent(outcome) }, CancellationToken.None)).ConfigureAwait(false);
        var trouble = await pass.Timeline.AttemptWithinAsync(
            ReconcileStage.Record,
            ReconcileFailureCodes.DeploymentRecordFailed,
            (step, token) =>
            {
                step.Details["deploymentStatus"] = EnumName.GetName(outcome.Status);
                step.Details["serving"] = EnumName.GetName(serving);
                return pass.ControlPlane.RecordDeploymentAsync(CreateIntent(outcome), token);
            },
            pass.Options.WindDownTimeout).ConfigureAwait(false);
        if (trouble is not null)
        {
            pass.Warn("record_not_written", "The control plane could not record that " + DeploymentId + " is " + EnumName.GetName(outcome.Status) + ": " + trouble.Reason);
            return false;
        }

        await WithOutboxAsync(() => pass.Outbox.ForgetDeploymentAsync(DeploymentId, CancellationToken.None)).ConfigureAwait(false);
        return true;
    }

    /// <summary>Writes an event; never twice, and without affecting the deployment.</summary>
    public async Task WriteEventAsync(string eventType, EventLevel level, IReadOnlyDictionary<string, object> details, CancellationToken cancellationToken)
    {
        if (EventRule is not { } rule)
        {
            return;
        }

        var draft = new GatewayEventDraft
        {
            PaywallId = rule.PaywallId,
            OwnerId = rule.OwnerId,
            EventType = eventType,
            Level = level,
            RequestId = RequestId,
            DeploymentId = DeploymentId,
            ConfigHash = ConfigHash,
            Metadata = DeploymentMetadata.ForEvent(rule, details),
        };
        try
        {
            await pass.ControlPlane.RecordEventAsync(draft, cancellationToken).ConfigureAwait(false);
        }
        catch (LightningOpsException failure)
        {
            await AnswerAsync(draft, failure).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            WarnInDoubt(draft, RolloutFailure.GetReason(failure));
        }
    }

    private Task AnswerAsync(GatewayEventDraft draft, LightningOpsException failure)
    {
        switch (OutboxSender.ToDelivery(failure))
        {
            case OutboxSender.Delivery.Refused:
                pass.Warn("event_refused", "Event " + draft.EventType + " was refused: " + failure.Message);
                return Task.CompletedTask;
            case OutboxSender.Delivery.DidNotArrive:
                pass.Warn("event_not_written", "Event " + draft.EventType + " will be sent again by the next run: " + failure.Message);
                return WithOutboxAsync(() => pass.Outbox.AddAsync(new OutboxEntry { Event = draft }, CancellationToken.None));
            default:
                WarnInDoubt(draft, failure.Message);
                return Task.CompletedTask;
        }
    }

    private void WarnInDoubt(GatewayEventDraft draft, string reason) =>
        pass.Warn("event_in_doubt", "Event " + draft.EventType + " may have been recorded and will not be sent again: " + reason);

    private async Task WithOutboxAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            pass.Warn("outbox_unavailable", "Unsent records cannot be kept on this machine either: " + ((failure as LightningOpsException)?.Message ?? RolloutFailure.GetReason(failure)));
        }
    }

    private DeploymentIntent CreateIntent(DeploymentOutcome outcome) => new()
    {
        DeploymentId = DeploymentId,
        ConfigHash = ConfigHash,
        Status = outcome.Status,
        Diagnostics = Diagnostics,
        Metadata = DeploymentMetadata.ForDeployment(RequestId, DeploymentId, ConfigHash, outcome.Progress, outcome.Failure, outcome.RolledBackFrom),
        RequestId = RequestId,
        ImageDigest = outcome.ImageDigest,
        RolledBackFrom = outcome.RolledBackFrom,
        AppliedAtMs = outcome.AppliedAtMs,
    };
}
