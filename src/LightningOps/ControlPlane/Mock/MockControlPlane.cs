using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Rules;
using LightningOps.Paywalls;

namespace LightningOps.ControlPlane.Mock;

/// <summary>
/// A control plane in memory with the paywalls of the recorded smokes, deterministic except for its clock: ids are
/// <c>dep_mem_1</c>, <c>evt_mem_1</c> and so on. Its records last as long as the object.
/// </summary>
internal sealed class MockControlPlane : IControlPlane, IBulkIngest, IIngestPreview, IDeploymentHistory, ISettlementHistory
{
    private readonly object gate = new();
    private readonly TimeProvider time;
    private readonly IReadOnlyList<Paywall> paywalls;
    private readonly List<Deployment> deployments = [];
    private readonly List<GatewayEvent> events = [];
    private readonly MockLedger ledger = new();
    private readonly SortedDictionary<string, OwnerControl> owners = new(StringComparer.Ordinal);
    private readonly SortedDictionary<CredentialRole, CredentialRoleState> roles = [];
    private GlobalControl global = SecurityRules.NeverPaused;
    private int deploymentIds;

    /// <summary>Creates an empty control plane.</summary>
    /// <param name="time">Clock of all recorded times.</param>
    /// <param name="paywalls">Its paywalls; null for those of the recorded smokes.</param>
    public MockControlPlane(TimeProvider time, IReadOnlyList<Paywall>? paywalls = null)
    {
        this.time = time;
        this.paywalls = paywalls ?? MockFixture.Paywalls;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Paywall>> ListPaywallsAsync(CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<Paywall>>(cancellationToken, () => paywalls.Where(paywall => paywall.Status != PaywallStatus.Archived).ToArray());

    /// <inheritdoc/>
    public Task<Deployment> RecordDeploymentAsync(DeploymentIntent intent, CancellationToken cancellationToken) =>
        Answer(cancellationToken, () =>
        {
            var id = intent.DeploymentId ?? "dep_mem_" + (++deploymentIds).ToString(CultureInfo.InvariantCulture);
            var place = deployments.FindIndex(deployment => deployment.DeploymentId == id);
            var next = DeploymentRules.Record(place < 0 ? null : deployments[place], id, intent, NowMs());
            if (place < 0)
            {
                deployments.Add(next);
            }
            else
            {
                deployments[place] = next;
            }

            return next;
        });

    /// <inheritdoc/>
    public Task<GatewayEvent> RecordEventAsync(GatewayEventDraft draft, CancellationToken cancellationToken) =>
        Answer(cancellationToken, () =>
        {
            var id = "evt_mem_" + (events.Count + 1).ToString(CultureInfo.InvariantCulture);
            events.Add(DeploymentRules.Record(id, draft, NowMs()));
            return events[events.Count - 1];
        });

    /// <inheritdoc/>
    public Task<InvoiceIngestResult> IngestInvoiceAsync(InvoiceUpdate update, CancellationToken cancellationToken) =>
        Answer(cancellationToken, () =>
        {
            var outcome = SettlementLedger.Apply(ledger, SettlementEvent.From(update), NowMs());
            return new InvoiceIngestResult { Changed = outcome.InvoiceChanged, Invoice = outcome.Invoice! };
        });

    /// <inheritdoc/>
    public Task<SettlementIngestResult> IngestSettlementAsync(SettlementWithProof report, CancellationToken cancellationToken) =>
        Answer(cancellationToken, () =>
        {
            var outcome = SettlementLedger.Apply(ledger, SettlementEvent.From(report), NowMs());
            return SettlementLedger.ToResult(outcome);
        });

    /// <inheritdoc/>
    public Task<IReadOnlyList<IngestOutcome>> IngestAsync(IReadOnlyList<SettlementEvent> events, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<IngestOutcome>>(cancellationToken, () =>
        {
            // All or nothing: every report is validated before the first is applied.
            foreach (var report in events.Select(told => told.Report).OfType<SettlementWithProof>())
            {
                SettlementRules.CheckPreimage(report);
            }

            return events.Select(told => SettlementLedger.Apply(ledger, told, NowMs())).ToArray();
        });

    /// <inheritdoc/>
    public IBulkIngest CreatePreview() => new LedgerPreview((work, cancellationToken) => Answer(cancellationToken, () => work(ledger)), time);

    /// <inheritdoc/>
    public Task<SecurityState> GetSecurityStateAsync(CancellationToken cancellationToken) =>
        Answer(cancellationToken, () => new SecurityState { Global = global, OwnerControls = owners.Values.ToArray(), CredentialRoles = roles.Values.ToArray() });

    /// <inheritdoc/>
    public Task<GlobalControl> SetGlobalPauseAsync(GlobalPauseChange change, CancellationToken cancellationToken) =>
        Answer(cancellationToken, () => global = SecurityRules.Apply(change, NowMs()));

    /// <inheritdoc/>
    public Task<OwnerControl> SetOwnerKillSwitchAsync(OwnerKillSwitchChange change, CancellationToken cancellationToken) =>
        Answer(cancellationToken, () => owners[change.OwnerId] = SecurityRules.Apply(change, NowMs()));

    /// <inheritdoc/>
    public Task<CredentialRoleState> RotateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) =>
        ChangeRole(SecurityRules.Rotate, change, cancellationToken);

    /// <inheritdoc/>
    public Task<CredentialRoleState> ActivateCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) =>
        ChangeRole(SecurityRules.Activate, change, cancellationToken);

    /// <inheritdoc/>
    public Task<CredentialRoleState> RevokeCredentialRoleAsync(CredentialRoleChange change, CancellationToken cancellationToken) =>
        ChangeRole(SecurityRules.Revoke, change, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Deployment>> ListDeploymentsAsync(DeploymentQuery query, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<Deployment>>(cancellationToken, () => Enumerable.Reverse(deployments)
            .Where(deployment => (query.DeploymentId is null || deployment.DeploymentId == query.DeploymentId)
                && (query.Status is null || deployment.Status == query.Status)
                && (query.ConfigHash is null || deployment.ConfigHash == query.ConfigHash))
            .Take(query.First).ToArray());

    /// <inheritdoc/>
    public Task<IReadOnlyList<GatewayEvent>> ListEventsAsync(GatewayEventQuery query, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<GatewayEvent>>(cancellationToken, () => Enumerable.Reverse(events)
            .Where(recorded => (query.DeploymentId is null || recorded.DeploymentId == query.DeploymentId)
                && (query.RequestId is null || recorded.RequestId == query.RequestId))
            .Take(query.First).ToArray());

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredSettlement>> ListSettlementsAsync(SettlementQuery query, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<StoredSettlement>>(cancellationToken, () => ledger.Settlements.Where(query.Matches).Take(query.First).ToArray());

    /// <inheritdoc/>
    public Task<IReadOnlyList<Invoice>> ListInvoicesAsync(InvoiceQuery query, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<Invoice>>(cancellationToken, () => ledger.Invoices.Where(query.Matches).Take(query.First).ToArray());

    /// <inheritdoc/>
    public Task<Invoice?> FindInvoiceAsync(string invoiceId, CancellationToken cancellationToken) =>
        Answer(cancellationToken, () => ledger.FindInvoice(invoiceId));

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }

    private Task<CredentialRoleState> ChangeRole(
        Func<CredentialRoleState?, CredentialRoleChange, long, CredentialRoleState> rule, CredentialRoleChange change, CancellationToken cancellationToken) =>
        Answer(cancellationToken, () =>
        {
            roles.TryGetValue(change.Role, out var known);
            return roles[change.Role] = rule(known, change, NowMs());
        });

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private Task<T> Answer<T>(CancellationToken cancellationToken, Func<T> work)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        try
        {
            lock (gate)
            {
                return Task.FromResult(work());
            }
        }
        catch (LightningOpsException e)
        {
            return Task.FromException<T>(e);
        }
    }
}
