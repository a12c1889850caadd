using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;
using LightningOps.Observability;
using LightningOps.Reconcile;
using LightningOps.Smoke.FullFlow;
using LightningOps.Smoke.Security;

namespace LightningOps.Smoke;

/// <summary>Runs the Staging, Settlement and Security smokes and reports their operations as observability records with all nineteen members.</summary>
internal sealed class ObservabilitySmoke : ISmoke
{
    private const string DefaultRequestId = "smoke:observability";

    /// <summary>Page that shows a settlement to its owner.</summary>
    private const string TransactionsPage = "openagents.com/home#l402-transactions";

    public SmokeName Name => SmokeName.Observability;

    public ControlPlaneMode? DefaultMode => ControlPlaneMode.Mock;

    public bool NeedsGateway => true;

    public bool UsesScratchStore => true;

    public async Task<ISmokeResult> RunAsync(SmokeRequest request, CancellationToken cancellationToken) =>
        request.Mode == SmokeMode.Local
            ? await ObserveLocalAsync(request, cancellationToken).ConfigureAwait(false)
            : await ObserveAsync(request, cancellationToken).ConfigureAwait(false);

    /// <summary>The same with its concrete type.</summary>
    public static async Task<ObservabilitySmokeResult> ObserveAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var requestId = request.RequestId ?? DefaultRequestId;
        var own = request with { RequestId = requestId };
        var records = new List<ObservabilityRecord>();
        var staging = (StagingSmokeResult)await new StagingSmoke().RunAsync(own, cancellationToken).ConfigureAwait(false);
        records.Add(OperationRecords.Reconcile(requestId, staging.FailureCode, NowMs(own)));
        records.Add(OperationRecords.GatewayHealth(requestId, staging is { HealthOk: true, ChallengeOk: true, ProxyOk: true } ? null : "gateway_probe_failed", NowMs(own)));
        var settlement = (SettlementSmokeResult)await new SettlementSmoke().RunAsync(own, cancellationToken).ConfigureAwait(false);
        records.AddRange(Sale(settlement, own));
        var security = (SecuritySmokeResult)await new SecuritySmoke().RunAsync(own, cancellationToken).ConfigureAwait(false);
        var denied = security.GlobalPause.Allowed ? security.OwnerKillSwitch.DenyReasonCode : security.GlobalPause.DenyReasonCode;
        records.Add(OperationRecords.ForGate(requestId + ":security", SecurityDrill.OwnerId, denied, NowMs(own)));
        return ObservabilitySmokeResult.From(requestId, records, FirstFailure(staging, settlement, security));
    }

    /// <summary>In Local mode the records come from a full flow: roll-outs, a purchase, a refusal, a settlement.</summary>
    private static async Task<ObservabilitySmokeResult> ObserveLocalAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var own = request with { RequestId = request.RequestId ?? DefaultRequestId, ArtifactDirectory = request.ScratchDirectory };
        using var site = LocalSite.Create(own);
        var report = new FullFlowReport(own);
        var flow = new LocalFullFlow(own, report, site);
        var ended = await FullFlowSmoke.RunAsync(flow, report, cancellationToken).ConfigureAwait(false);
        return ObservabilitySmokeResult.From(report.RequestId, flow.Records, ended.FailureReason);
    }

    /// <summary>The first sale, once as settled and once as shown to its owner.</summary>
    private static IEnumerable<ObservabilityRecord> Sale(SettlementSmokeResult result, SmokeRequest request)
    {
        if (result.Settlements.Count == 0)
        {
            yield break;
        }

        var sold = result.Settlements[0];
        var settled = OperationRecords.Settlement(sold.PaywallId, NowMs(request)) with
        {
            RequestId = sold.RequestId ?? request.RequestId,
            UserId = sold.OwnerId,
            TaskId = result.CorrelationRefs.FirstOrDefault(tie => tie.SettlementId == sold.SettlementId)?.TaskId,
            QuotedCostMsats = sold.AmountMsats,
            CapAppliedMsats = sold.AmountMsats,
            PaidAmountMsats = sold.AmountMsats,
            PaymentProofRef = sold.PaymentProofRef,
            CacheHit = sold.Existed,
        };
        yield return settled;
        yield return settled with
        {
            Endpoint = TransactionsPage,
            Executor = ObservabilityExecutor.System,
            Plane = ObservabilityPlane.Ui,
            ObservedAtMs = NowMs(request),
        };
    }

    private static string? FirstFailure(params ISmokeResult[] results) =>
        results.FirstOrDefault(static result => !result.Ok) is { } failed ? failed.FailureReason ?? "a check did not pass." : null;

    private static long NowMs(SmokeRequest request) => request.Time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>An Observability smoke as a report, one event per record.</summary>
internal static class ObservabilityReport
{
    public static RunReport Create(ObservabilitySmokeResult smoke) => new()
    {
        Title = "Observability smoke",
        Ok = smoke.Ok,
        Outcome = smoke.Ok
            ? "All actions were recorded: " + ReportText.Count(smoke.RecordCount, "record", "records") + ", each with all " + smoke.RequiredFieldKeys.Count + " members."
            : "The records are not complete and correct.",
        RequestId = smoke.RequestId,
        Facts =
        [
            new ReportFact("Execution path", smoke.ExecutionPath),
            new ReportFact("Requests", ReportText.Value(string.Empty, smoke.Correlation.RequestIds)),
            new ReportFact("Paywalls", ReportText.Value(string.Empty, smoke.Correlation.PaywallIds)),
            new ReportFact("Tasks", ReportText.Value(string.Empty, smoke.Correlation.TaskIds)),
            new ReportFact("Payment proofs", ReportText.Value(string.Empty, smoke.Correlation.PaymentProofRefs)),
        ],
        Timeline = smoke.Records.Select(ToEvent).ToArray(),
        Checks =
        [
            ReportCheck.Create("Every record has every member", smoke.MissingFieldKeys.Count == 0, smoke.MissingFieldKeys.Count == 0 ? "none is missing" : "missing: " + string.Join(", ", smoke.MissingFieldKeys)),
            ReportCheck.Create("Every observed step succeeded", smoke.Ok, smoke.FailureReason),
        ],
        Money = smoke.Records
            .Where(static record => record is { Plane: ObservabilityPlane.Settlement, PaidAmountMsats: not null })
            .Select(static record => new ReportAmount("Paid", new Msats(record.PaidAmountMsats!.Value), record.PaywallId) { Reference = record.PaymentProofRef, IsPaid = true })
            .ToArray(),
        Failures = smoke.FailureReason is { } reason
            ? [new ReportFailure("observability_check_failed", reason) { Remedy = "Run the failed smoke on its own: Invoke-L402Smoke Staging, Settlement or Security." }]
            : [],
        Summary = smoke,
    };

    private static RunEvent ToEvent(ObservabilityRecord record)
    {
        var details = new Dictionary<string, object> { ["endpoint"] = record.Endpoint ?? "none", ["executor"] = EnumName.GetName(record.Executor) };
        Add(details, "paywallId", record.PaywallId);
        Add(details, "userId", record.UserId);
        Add(details, "paidAmountMsats", record.PaidAmountMsats);
        Add(details, "denyReason", record.DenyReason);
        return new RunEvent(record.ObservedAtMs, "observed." + EnumName.GetName(record.Plane), record.RequestId ?? string.Empty, "ok") { Details = details };
    }

    private static void Add(Dictionary<string, object> details, string name, object? value)
    {
        if (value is not null)
        {
            details[name] = value;
        }
    }
}

/// <summary>Result of the Observability smoke; members in the order of vectors/smoke/observability.json.</summary>
public sealed record ObservabilitySmokeResult : ISmokeResult, IReportable
{
    /// <inheritdoc/>
    public bool Ok => FailureReason is null;

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason { get; init; }

    /// <summary>Request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Always <c>hosted-node</c>.</summary>
    public required string ExecutionPath { get; init; }

    /// <summary>Number of records.</summary>
    public int RecordCount => Records.Count;

    /// <summary>The nineteen members of every record.</summary>
    public IReadOnlyList<string> RequiredFieldKeys => ObservabilityKeys.Required;

    /// <summary>Members missing from at least one record.</summary>
    public required IReadOnlyList<string> MissingFieldKeys { get; init; }

    /// <summary>Correlation references of the records.</summary>
    public required ObservabilityCorrelation Correlation { get; init; }

    /// <summary>One record per operation, in order.</summary>
    public required IReadOnlyList<ObservabilityRecord> Records { get; init; }

    /// <summary>The result of some records.</summary>
    /// <param name="requestId">Request of the run.</param>
    /// <param name="records">The records.</param>
    /// <param name="failure">Another failed check, or null.</param>
    internal static ObservabilitySmokeResult From(string requestId, IReadOnlyList<ObservabilityRecord> records, string? failure)
    {
        var missing = ObservabilityKeys.MissingFrom(records);
        return new ObservabilitySmokeResult
        {
            RequestId = requestId,
            ExecutionPath = ExecutionPaths.HostedNode,
            Records = records,
            MissingFieldKeys = missing.OrderBy(static key => key, System.StringComparer.Ordinal).ToArray(),
            Correlation = ObservabilityCorrelation.From(records),
            FailureReason = failure ?? (missing.Count == 0 ? null : "records lack " + string.Join(", ", missing) + "."),
        };
    }

    RunReport IReportable.ToReport() => ObservabilityReport.Create(this);
}
