using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;
using LightningOps.Reconcile;
using LightningOps.Settlements;

namespace LightningOps.Smoke;

/// <summary>
/// Reports to the control plane an invoice that is opened and paid, the payment again, the opening again, and an
/// invoice that expires. The answers must follow docs/reference/control-plane.md#store-rules.
/// </summary>
internal sealed class SettlementSmoke : ISmoke
{
    public SmokeName Name => SmokeName.Settlement;

    public ControlPlaneMode? DefaultMode => null;

    public bool NeedsGateway => false;

    public bool UsesScratchStore => true;

    public async Task<ISmokeResult> RunAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var events = new SettlementSmokeEvents(request.RunMark);
        var outcomes = new List<IngestOutcome>();
        foreach (var told in new[] { events.Opened, events.Settled, events.Duplicate, events.LateOpen, events.Expired })
        {
            outcomes.Add(await SingleIngest.SendAsync(request.ControlPlane, told, cancellationToken).ConfigureAwait(false));
        }

        return SettlementSmokeResult.From(outcomes, SettlementSmokeChecks.FirstFailure(outcomes, mustBeNew: request.RunMark is not null));
    }
}

/// <summary>Required answers to the five events.</summary>
internal static class SettlementSmokeChecks
{
    private static readonly string ProofRef = PaymentIdentity.PreimagePrefix + new string('a', PaymentIdentity.Digits);

    /// <summary>The first failed check, briefly; null when all passed.</summary>
    /// <param name="outcomes">The outcomes in the order of the events.</param>
    /// <param name="mustBeNew">Whether the ids must be new; the recorded ones may have been used.</param>
    public static string? FirstFailure(IReadOnlyList<IngestOutcome> outcomes, bool mustBeNew)
    {
        var (opened, settled, duplicate, late, expired) = (outcomes[0], outcomes[1], outcomes[2], outcomes[3], outcomes[4]);
        var invoiceId = opened.Event.InvoiceId;
        return mustBeNew && (opened is not { InvoiceChanged: true, Invoice.Status: InvoiceStatus.Open } || settled.Existed)
                ? "the invoice of this run was not new."
            : opened.Invoice?.Status is not (InvoiceStatus.Open or InvoiceStatus.Settled) ? "the invoice was not opened."
            : settled.Settlement?.PaymentProofRef != ProofRef ? "the settlement does not refer to its preimage."
            : settled.Settlement.InvoiceId != invoiceId ? "the settlement is not linked to its invoice."
            : !IsSettled(settled, invoiceId) ? "the settlement did not settle its invoice."
            : !duplicate.Existed || duplicate.Settlement != settled.Settlement ? "a settlement reported twice was recorded twice."
            : !IsSettled(late, invoiceId) || late.InvoiceChanged ? "a late report opened a settled invoice again."
            : expired.Invoice?.Status != InvoiceStatus.Expired ? "an invoice did not expire."
            : null;
    }

    private static bool IsSettled(IngestOutcome outcome, string? invoiceId) =>
        outcome.Invoice is { Status: InvoiceStatus.Settled } invoice && invoice.InvoiceId == invoiceId;
}

/// <summary>The five events of the recorded run (vectors/wire.json, smoke:settlement).</summary>
internal sealed class SettlementSmokeEvents
{
    private const long WeatherMsats = 2500;
    private const long NewsMsats = 1800;

    // It proves nothing: no invoice has the hash of this preimage.
    private static readonly string Preimage = new('a', 64);

    private readonly string run;
    private readonly string paywall;

    /// <param name="run">Mark that makes the ids of this run unique; null for the recorded ids.</param>
    public SettlementSmokeEvents(string? run)
    {
        this.run = run is null ? string.Empty : run + "_";
        paywall = run is null ? string.Empty : "smoke_";
    }

    /// <summary>The invoice is created.</summary>
    public SettlementEvent Opened => SettlementEvent.From(CreateWeatherInvoice(InvoiceStatus.Open, "req_smoke_" + run + "1") with
    {
        PaymentHash = "hash_smoke_" + run + "1",
        PaymentRequest = "lnbc1smokepaymentrequest1",
    });

    /// <summary>Paid.</summary>
    public SettlementEvent Settled => Settlement("smoke:settlement");

    /// <summary>The payment is reported again.</summary>
    public SettlementEvent Duplicate => Settlement("smoke:settlement:duplicate");

    /// <summary>A late report that it is open.</summary>
    public SettlementEvent LateOpen => SettlementEvent.From(CreateWeatherInvoice(InvoiceStatus.Open, "req_smoke_" + run + "reordered_open"));

    /// <summary>Another invoice expires.</summary>
    public SettlementEvent Expired => SettlementEvent.From(new InvoiceUpdate
    {
        InvoiceId = "inv_smoke_" + run + "2",
        PaywallId = "pw_" + paywall + "news",
        OwnerId = "owner_" + paywall + "news",
        AmountMsats = NewsMsats,
        Status = InvoiceStatus.Expired,
        RequestId = "req_smoke_" + run + "2",
    });

    private InvoiceUpdate CreateWeatherInvoice(InvoiceStatus status, string requestId) => new()
    {
        InvoiceId = "inv_smoke_" + run + "1",
        PaywallId = "pw_" + paywall + "weather",
        OwnerId = "owner_" + paywall + "weather",
        AmountMsats = WeatherMsats,
        Status = status,
        RequestId = requestId,
    };

    private SettlementEvent Settlement(string source) => SettlementEvent.From(new SettlementWithProof
    {
        SettlementId = "set_smoke_" + run + "1",
        PaywallId = "pw_" + paywall + "weather",
        OwnerId = "owner_" + paywall + "weather",
        InvoiceId = "inv_smoke_" + run + "1",
        AmountMsats = WeatherMsats,
        PaymentHash = "hash_smoke_" + run + "1",
        PaymentProofValue = Preimage,
        RequestId = "req_smoke_" + run + "1",
        TaskId = "task_smoke_" + run + "1",
        RouteId = "route_" + paywall + "weather",
        Metadata = JsonText.From("{\"source\":\"" + source + "\"}"),
    });
}

/// <summary>A Settlement smoke as a report.</summary>
internal static class SettlementSmokeReport
{
    public static RunReport Create(SettlementSmokeResult smoke) => new()
    {
        Title = "Settlement smoke",
        Ok = smoke.Ok,
        Outcome = smoke.Ok
            ? "Invoices and settlements are recorded once, in order, and linked to the purchases."
            : "Invoices and settlements are not recorded correctly.",
        Facts = [new ReportFact("Events reported", ReportText.Value(string.Empty, smoke.Processed))],
        Timeline = [.. smoke.InvoiceTransitions.Select(Transition), .. smoke.Settlements.Select(Settlement)],
        Checks = [ReportCheck.Create("Invoices and settlements follow the rules", smoke.Ok, smoke.FailureReason ?? ReportText.Count(smoke.Processed, "event", "events") + " reported")],
        Money = smoke.Settlements
            .Where(static settlement => !settlement.Existed)
            .Select(static settlement => new ReportAmount("Settled", settlement.AmountMsats, settlement.PaywallId) { Reference = settlement.PaymentProofRef, IsPaid = true })
            .ToArray(),
        Failures = smoke.FailureReason is { } reason
            ? [new ReportFailure("settlement_check_failed", reason) { Remedy = "Compare the records of the control plane: Get-L402Settlement, Get-L402Invoice." }]
            : [],
        Summary = smoke,
    };

    private static RunEvent Transition(InvoiceTransition invoice) =>
        new(invoice.UpdatedAtMs, "invoice." + EnumName.GetName(invoice.Status), invoice.RequestId ?? string.Empty, "ok")
        {
            Details = new Dictionary<string, object> { ["invoiceId"] = invoice.InvoiceId, ["paywallId"] = invoice.PaywallId, ["ownerId"] = invoice.OwnerId },
        };

    private static RunEvent Settlement(SettlementOutcome settlement) =>
        new(0, settlement.Existed ? "settlement.seen_before" : "settlement.recorded", settlement.RequestId ?? string.Empty, "ok")
        {
            Details = new Dictionary<string, object>
            {
                ["settlementId"] = settlement.SettlementId,
                ["amountMsats"] = settlement.AmountMsats,
                ["paymentProofRef"] = settlement.PaymentProofRef,
            },
        };
}

/// <summary>Result of the Settlement smoke; members in the order of vectors/smoke/settlement.json.</summary>
public sealed record SettlementSmokeResult : ISmokeResult, IReportable
{
    /// <inheritdoc/>
    public required bool Ok { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason { get; init; }

    /// <summary>Number of events reported.</summary>
    public required int Processed { get; init; }

    /// <summary>Changes of invoices, in order.</summary>
    public required IReadOnlyList<InvoiceTransition> InvoiceTransitions { get; init; }

    /// <summary>Settlements, one for each report.</summary>
    public required IReadOnlyList<SettlementOutcome> Settlements { get; init; }

    /// <summary>Their ids.</summary>
    public required IReadOnlyList<string> SettlementIds { get; init; }

    /// <summary>References of their proofs.</summary>
    public required IReadOnlyList<string> PaymentProofRefs { get; init; }

    /// <summary>References that link them to the purchases.</summary>
    public required IReadOnlyList<CorrelationRef> CorrelationRefs { get; init; }

    /// <summary>The result of a run.</summary>
    /// <param name="outcomes">The outcome of each event.</param>
    /// <param name="failure">The failed check, or null.</param>
    internal static SettlementSmokeResult From(IReadOnlyList<IngestOutcome> outcomes, string? failure)
    {
        var settlements = outcomes.Select(SettlementOutcome.From).OfType<SettlementOutcome>().ToArray();
        return new SettlementSmokeResult
        {
            Ok = failure is null,
            FailureReason = failure,
            Processed = outcomes.Count,
            InvoiceTransitions = outcomes.Select(InvoiceTransition.From).OfType<InvoiceTransition>().ToArray(),
            Settlements = settlements,
            SettlementIds = settlements.Select(static settlement => settlement.SettlementId).ToArray(),
            PaymentProofRefs = settlements.Select(static settlement => settlement.PaymentProofRef).ToArray(),
            CorrelationRefs = outcomes.Select(CorrelationRef.From).OfType<CorrelationRef>().ToArray(),
        };
    }

    RunReport IReportable.ToReport() => SettlementSmokeReport.Create(this);
}
