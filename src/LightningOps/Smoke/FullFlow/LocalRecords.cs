using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ControlPlane;
using LightningOps.Observability;

namespace LightningOps.Smoke.FullFlow;

/// <summary>The observability records of a local run, as written by seller and buyer.</summary>
internal sealed class LocalRecords
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    private readonly TimeProvider time;
    private readonly DateTimeOffset begun;
    private readonly MemorySink bought;
    private ObservabilityRecord? paid;

    public LocalRecords(TimeProvider time, MemorySink bought)
    {
        this.time = time;
        this.bought = bought;
        begun = time.GetUtcNow();
    }

    /// <summary>The seller's records.</summary>
    public MemorySink Seller { get; } = new();

    /// <summary>The purchase as the buyer recorded it.</summary>
    public ObservabilityRecord Paid => paid ?? throw new FlowCheckException("full_flow_observability_failed", "The purchase left no record.");

    /// <summary>All records, by time.</summary>
    public IReadOnlyList<ObservabilityRecord> All => Seller.Records.Concat(bought.Records).OrderBy(static record => record.ObservedAtMs).ToArray();

    /// <summary>Adds the buyer's record of a purchase.</summary>
    public void AddPurchase(LocalSale sale) => paid = bought.Records.LastOrDefault(record => record.RequestId == sale.RequestId);

    /// <summary>Records that the gate of the owner was closed.</summary>
    public void AddDenial(string requestId, string denyReasonCode) =>
        Seller.Write([OperationRecords.ForGate(requestId, LocalPaywalls.OwnerId, denyReasonCode, NowMs)]);

    /// <summary>Records a settlement.</summary>
    public void AddSettlement(LocalSale sale, StoredSettlement recorded) => Seller.Write([OperationRecords.Settlement(recorded.Settlement.PaywallId, NowMs) with
    {
        RequestId = sale.RequestId,
        UserId = recorded.Settlement.OwnerId,
        TaskId = recorded.TaskId,
        QuotedCostMsats = sale.Amount.Value,
        CapAppliedMsats = sale.Amount.Value,
        PaidAmountMsats = recorded.Settlement.AmountMsats,
        PaymentProofRef = recorded.Settlement.PaymentProofRef,
        CacheHit = false,
    }]);

    /// <summary>An operation of the run that is missing or wrong in the records; null when there is none.</summary>
    /// <param name="reconcileRequestId">Request of the first roll-out.</param>
    /// <param name="sale">The purchase.</param>
    public string? FirstFault(string reconcileRequestId, LocalSale sale)
    {
        var all = All;
        return !all.Any(record => record.RequestId == reconcileRequestId && record is { Plane: ObservabilityPlane.Control, DenyReason: null }) ? "the roll-out is not in the records"
            : !all.Any(record => record.RequestId == reconcileRequestId && record is { Plane: ObservabilityPlane.Gateway, DenyReason: null }) ? "the gateway's health is not in the records"
            : Paid.PaidAmountMsats != sale.Amount.Value || Paid.PaymentProofRef != sale.ProofReference || Paid.CacheHit != false ? "the record of the purchase does not match the purchase"
            : !all.Any(record => record.RequestId == sale.RequestId && record is { Plane: ObservabilityPlane.Settlement, PaymentProofRef: not null }) ? "the settlement is not in the records"
            : !all.Any(static record => record.DenyReason is not null) ? "the refusal is not in the records"
            : all.FirstOrDefault(IsOutside) is { } outside ? "the record of " + outside.Endpoint + " is outside the time of the run"
            : null;
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private bool IsOutside(ObservabilityRecord record) =>
        record.ObservedAtMs < (begun - Tolerance).ToUnixTimeMilliseconds() || record.ObservedAtMs > (time.GetUtcNow() + Tolerance).ToUnixTimeMilliseconds();
}
