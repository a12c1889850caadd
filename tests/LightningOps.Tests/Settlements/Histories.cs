using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using CsCheck;
using LightningOps.ControlPlane;

namespace LightningOps.Tests.Settlements;

/// <summary>Random histories whose events agree on what is fixed about an invoice and about a settlement.</summary>
internal static class Histories
{
    /// <summary>A few invoices, each with any events in any order, some of them twice.</summary>
    public static Gen<SettlementEvent[]> All { get; } =
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 14], (invoices, events) => (invoices, events))
            .SelectMany(size => OneEvent(size.invoices).Array[size.events])
            .SelectMany(events => Gen.Select(Gen.Shuffle(events), Gen.Int[0, events.Length], (order, repeated) => order.Concat(events.Take(repeated)).ToArray()));

    /// <summary>The same events in another order, cut into batches.</summary>
    public static Gen<SettlementEvent[][]> Rearranged(SettlementEvent[] events) =>
        Gen.Select(Gen.Shuffle(events), Gen.Int[1, Math.Max(1, events.Length)], (order, size) => order.Chunk(size).ToArray());

    /// <summary>What a store holds but for its clock values: statuses, settlements and their links above all.</summary>
    public static string GetState(IEnumerable<Invoice> invoices, IEnumerable<StoredSettlement> settlements) => string.Join(
        '\n',
        invoices.OrderBy(invoice => invoice.InvoiceId, StringComparer.Ordinal)
            .Select(invoice => (invoice with { CreatedAtMs = 0, UpdatedAtMs = 0, SettledAtMs = invoice.SettledAtMs is null ? null : 0 }).ToString())
            .Concat(settlements.OrderBy(recorded => recorded.Settlement.SettlementId, StringComparer.Ordinal)
                .Select(recorded => JsonSerializer.Serialize(recorded with { Settlement = recorded.Settlement with { CreatedAtMs = 0, Metadata = null } }))));

    private static Gen<SettlementEvent> OneEvent(int invoices) => Gen.Select(
        Gen.Int[1, invoices],
        Gen.Int[0, 5],
        Gen.Int[0, 3],
        Gen.Bool,
        (invoice, kind, member, hasMembers) => kind switch
        {
            < 4 => SettlementEvent.From(Update(invoice, (InvoiceStatus)kind, hasMembers)),
            4 => Settlement(invoice, "set_" + invoice + "_" + member, linked: true),
            _ => Settlement(invoice, "tip_" + member, linked: false),
        });

    private static InvoiceUpdate Update(int invoice, InvoiceStatus status, bool hasMembers) => new()
    {
        InvoiceId = "inv_" + invoice,
        PaywallId = "pw_" + invoice,
        OwnerId = "owner_" + invoice,
        AmountMsats = 1000 * invoice,
        Status = status,
        PaymentHash = hasMembers ? "hash_" + invoice : null,
        PaymentRequest = hasMembers ? "lnbc_" + invoice : null,
        RequestId = hasMembers ? "req_" + invoice : null,
        SettledAtMs = hasMembers && status == InvoiceStatus.Settled ? 5 : null,
    };

    // Even invoices are settled by somebody who has the preimage, odd ones by a gateway that has not.
    private static SettlementEvent Settlement(int invoice, string id, bool linked)
    {
        var owner = linked ? invoice : 0;
        return owner % 2 == 0
            ? SettlementEvent.From(new SettlementWithProof
            {
                SettlementId = id,
                PaywallId = "pw_" + owner,
                OwnerId = "owner_" + owner,
                InvoiceId = linked ? "inv_" + owner : null,
                AmountMsats = 1000 * owner,
                PaymentHash = "hash_" + owner,
                PaymentProofValue = new string((char)('a' + owner), 64),
                RequestId = "req_" + owner,
                Metadata = JsonText.From("{\"from\":" + invoice + "}"),
            })
            : SettlementEvent.From(new ExternalSettlement
            {
                SettlementId = id,
                PaywallId = "pw_" + owner,
                OwnerId = "owner_" + owner,
                InvoiceId = "inv_" + owner,
                AmountMsats = 1000 * owner,
                PaymentHash = "hash_" + owner,
                PaymentProofRef = "lightning_payment_hash:" + new string((char)('a' + owner), 24),
                RequestId = "req_" + owner,
                SettledAtMs = 7,
            });
    }
}
