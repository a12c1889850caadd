using System;
using System.Collections.Generic;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.Settlements.Sources;

/// <summary>The members of an event as read, and the resulting event.</summary>
internal sealed class SettlementMembers
{
    private const string ProofType = "lightning_preimage";
    private const string InvoiceFunction = "lightning/settlements:ingestInvoiceLifecycle";
    private const string SettlementFunction = "lightning/settlements:ingestSettlement";
    private const int MaxIdLength = 512;
    private const int MinPreimageLength = 32;

    // The total supply of bitcoin.
    /// <summary>All there will ever be.</summary>
    public const long MaxMsats = 21_000_000L * 100_000_000 * Msats.PerSatoshi;

    public string? Type { get; set; }

    public string? Function { get; set; }

    public string? SettlementId { get; set; }

    public string? PaywallId { get; set; }

    public string? OwnerId { get; set; }

    public string? InvoiceId { get; set; }

    public long? AmountMsats { get; set; }

    public InvoiceStatus? Status { get; set; }

    public string? PaymentHash { get; set; }

    public string? PaymentRequest { get; set; }

    public string? PaymentProofRef { get; set; }

    public string? PaymentProofType { get; set; }

    public string? PaymentProofValue { get; set; }

    public string? RequestId { get; set; }

    public string? TaskId { get; set; }

    public string? RouteId { get; set; }

    public JsonText? Metadata { get; set; }

    public long? SettledAtMs { get; set; }

    public long? CreatedAtMs { get; set; }

    /// <summary>Adds the members of an object inside this one.</summary>
    /// <exception cref="ControlPlaneDecodeException">Both have a member, with different values.</exception>
    public void Add(SettlementMembers inner)
    {
        Type = Join(Type, inner.Type, "type");
        Function = Join(Function, inner.Function, "functionName");
        SettlementId = Join(SettlementId, inner.SettlementId, "settlementId");
        PaywallId = Join(PaywallId, inner.PaywallId, "paywallId");
        OwnerId = Join(OwnerId, inner.OwnerId, "ownerId");
        InvoiceId = Join(InvoiceId, inner.InvoiceId, "invoiceId");
        AmountMsats = Join(AmountMsats, inner.AmountMsats, "amountMsats");
        Status = Join(Status, inner.Status, "status");
        PaymentHash = Join(PaymentHash, inner.PaymentHash, "paymentHash");
        PaymentRequest = Join(PaymentRequest, inner.PaymentRequest, "paymentRequest");
        PaymentProofRef = Join(PaymentProofRef, inner.PaymentProofRef, "paymentProofRef");
        PaymentProofType = Join(PaymentProofType, inner.PaymentProofType, "paymentProofType");
        PaymentProofValue = Join(PaymentProofValue, inner.PaymentProofValue, "paymentProofValue");
        RequestId = Join(RequestId, inner.RequestId, "requestId");
        TaskId = Join(TaskId, inner.TaskId, "taskId");
        RouteId = Join(RouteId, inner.RouteId, "routeId");
        Metadata ??= inner.Metadata;
        SettledAtMs = Join(SettledAtMs, inner.SettledAtMs, "settledAtMs");
        CreatedAtMs = Join(CreatedAtMs, inner.CreatedAtMs, "createdAtMs");
    }

    /// <summary>The id of the event for messages; null if it would reveal the preimage.</summary>
    public string? GetShownId() => (SettlementId ?? InvoiceId) is { } id && !Reveals(id) ? id : null;

    /// <summary>The event.</summary>
    /// <exception cref="ControlPlaneDecodeException">A member is missing or invalid.</exception>
    /// <exception cref="InvalidPreimageException">The preimage is invalid.</exception>
    public SettlementEvent ToEvent()
    {
        if (!IsSettlement())
        {
            return SettlementEvent.From(Invoice());
        }

        return PaymentProofValue is null && PaymentProofRef is not null ? SettlementEvent.From(Record()) : SettlementEvent.From(Report());
    }

    private bool IsSettlement() => (Type ?? Function) switch
    {
        "settlement" or SettlementFunction => true,
        "invoice" or InvoiceFunction => false,
        not null when Type is not null => throw Failure("type", "must be invoice or settlement"),
        not null => throw Failure("functionName", "must be the function name of an invoice update or a settlement"),
        _ when SettlementId is not null => true,
        _ when InvoiceId is not null && Status is not null => false,
        _ => throw Failure("settlementId", "is missing, and the members of an invoice update are missing too"),
    };

    private InvoiceUpdate Invoice() => new()
    {
        InvoiceId = Id(InvoiceId, "invoiceId"),
        PaywallId = Id(PaywallId, "paywallId"),
        OwnerId = Id(OwnerId, "ownerId"),
        AmountMsats = Amount(),
        Status = Status ?? throw Failure("status", "is missing"),
        PaymentHash = PaymentHash,
        PaymentRequest = PaymentRequest,
        PaymentProofRef = PaymentProofRef is null ? null : ProofRef(PaymentProofRef),
        RequestId = RequestId,
        SettledAtMs = Time(SettledAtMs, "settledAtMs"),
    };

    private SettlementWithProof Report()
    {
        if (PaymentProofType is not (null or ProofType))
        {
            throw Failure("paymentProofType", "must be " + ProofType);
        }

        RequireHidden(SettlementId, "settlementId");
        RequireHidden(PaywallId, "paywallId");
        RequireHidden(OwnerId, "ownerId");
        RequireHidden(InvoiceId, "invoiceId");
        var report = new SettlementWithProof
        {
            SettlementId = Id(SettlementId, "settlementId"),
            PaywallId = Id(PaywallId, "paywallId"),
            OwnerId = Id(OwnerId, "ownerId"),
            InvoiceId = InvoiceId is null ? null : Id(InvoiceId, "invoiceId"),
            AmountMsats = Amount(),
            PaymentHash = PaymentHash,
            PaymentProofValue = PaymentProofValue ?? throw Failure("paymentProofValue", "is missing"),
            RequestId = RequestId,
            TaskId = TaskId,
            RouteId = RouteId,
            Metadata = Metadata,
            SettledAtMs = PaidAtMs(),
        };
        var preimage = SettlementRules.CheckPreimage(report);
        return report with { PaymentProofValue = preimage, Checked = (preimage, report.PaymentHash) };
    }

    private ExternalSettlement Record() => new()
    {
        SettlementId = Id(SettlementId, "settlementId"),
        PaywallId = Id(PaywallId, "paywallId"),
        OwnerId = Id(OwnerId, "ownerId"),
        InvoiceId = InvoiceId is null ? null : Id(InvoiceId, "invoiceId"),
        AmountMsats = Amount(),
        PaymentProofRef = ProofRef(PaymentProofRef!),
        PaymentHash = PaymentHash,
        RequestId = RequestId,
        TaskId = TaskId,
        RouteId = RouteId,
        Metadata = Metadata,
        SettledAtMs = PaidAtMs(),
    };

    // A store records a settlement with the time of its payment.
    private long? PaidAtMs() => Time(SettledAtMs, "settledAtMs") ?? Time(CreatedAtMs, "createdAtMs");

    private long Amount() => AmountMsats switch
    {
        null => throw Failure("amountMsats", "is missing"),
        >= 0 and <= MaxMsats => AmountMsats.Value,
        _ => throw Failure("amountMsats", "must be an amount of millisatoshis"),
    };

    private static long? Time(long? ms, string member) =>
        ms is null or (>= 0 and <= SaleTime.LastMs) ? ms : throw Failure(member, "must be a time in Unix milliseconds, from 1970 to 9999");

    private static string ProofRef(string text) =>
        ProofReference.IsOne(text) ? text : throw Failure("paymentProofRef", "must be a name and at most 24 lower-case hex characters; full proofs are not stored");

    private static string Id(string? text, string member) => text switch
    {
        null => throw Failure(member, "is missing"),
        _ when text.Trim().Length == 0 => throw Failure(member, "is empty"),
        { Length: > MaxIdLength } => throw Failure(member, "exceeds the maximum length of an id"),
        _ => text,
    };

    // Ids are stored and shown, so the preimage must not be one. A short text is no preimage and may be part of an id by chance.
    private bool Reveals(string id) =>
        PaymentProofValue?.Trim() is { Length: >= MinPreimageLength } preimage && id.IndexOf(preimage, StringComparison.OrdinalIgnoreCase) >= 0;

    private void RequireHidden(string? id, string member)
    {
        if (id is not null && Reveals(id))
        {
            throw Failure(member, "contains the preimage, which is a secret; ids are stored and shown");
        }
    }

    private static T? Join<T>(T? outer, T? inner, string member) =>
        outer is null ? inner
        : inner is null || EqualityComparer<T>.Default.Equals(outer, inner) ? outer
        : throw Failure(member, "is there twice, with different values");

    private static ControlPlaneDecodeException Failure(string member, string reason) => new("event", member, reason);
}
