using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;

namespace LightningOps.Settlements.Books;

/// <summary>Grouping of revenue.</summary>
public enum RevenueGroup
{
    /// <summary>Paywall that sold.</summary>
    Paywall,

    /// <summary>Owner of the paywall.</summary>
    Owner,

    /// <summary>Service of the gateway, one per route; unpaid invoices have none.</summary>
    Service,

    /// <summary>Day (UTC): of the settlement, of the end of an unpaid invoice, or of the creation of an open one.</summary>
    Day,
}

/// <summary>Revenue of a group of sales. Amounts are exact sums in millisatoshis; members that are not grouped by are null.</summary>
public sealed record RevenueRow
{
    /// <summary>Paywall that sold.</summary>
    public string? PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public string? OwnerId { get; init; }

    /// <summary>Service of the gateway; null also if no route is recorded.</summary>
    public string? Service { get; init; }

    /// <summary>Day, UTC, for example 2026-11-29.</summary>
    public string? Day { get; init; }

    /// <summary>Payments recorded, each payment hash once.</summary>
    public required long Settled { get; init; }

    /// <summary>Their amount.</summary>
    public required decimal SettledMsats { get; init; }

    /// <summary>Payments of the operator's own checks according to the credential store or to a test gateway; they are not included in other members.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Own { get; init; }

    /// <summary>Their amount.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public decimal OwnMsats { get; init; }

    /// <summary>Settled payments that the service refuses, or may refuse: revenue without delivery.</summary>
    public required long Undelivered { get; init; }

    /// <summary>Their amount.</summary>
    public required decimal UndeliveredMsats { get; init; }

    /// <summary>Invoices reported as settled without a recorded settlement; they are not included in <see cref="Settled" />.</summary>
    public required long Unproven { get; init; }

    /// <summary>Their amount.</summary>
    public required decimal UnprovenMsats { get; init; }

    /// <summary>Open invoices.</summary>
    public required long Open { get; init; }

    /// <summary>Their amount.</summary>
    public required decimal OpenMsats { get; init; }

    /// <summary>Invoices that expired or were canceled.</summary>
    public required long Expired { get; init; }

    /// <summary>Their amount.</summary>
    public required decimal ExpiredMsats { get; init; }

    /// <summary>Share of the challenges that were paid, 0 to 1; null if the books contain no unpaid invoice, as after an import from a gateway.</summary>
    public double? Conversion { get; init; }

    /// <summary>Amount and number of payments.</summary>
    public override string ToString() => FormattableString.Invariant($"{SettledMsats / 1000:0.###} sat, {Settled} {(Settled == 1 ? "payment" : "payments")}");
}

/// <summary>Adds up the books.</summary>
public static class RevenueReport
{
    private const int ConversionDigits = 4;

    /// <summary>Revenue by groups, in the order of their names.</summary>
    /// <param name="settlements">All settlements; those outside the period are needed to know which invoices are paid.</param>
    /// <param name="invoices">All invoices.</param>
    /// <param name="groups">The groups; empty for one row.</param>
    /// <param name="sinceMs">Start, Unix milliseconds; null for no bound.</param>
    /// <param name="untilMs">End (exclusive), Unix milliseconds; null for no bound.</param>
    /// <param name="own">Payment hashes of the operator's own checks, which are not revenue; null for none.</param>
    public static IReadOnlyList<RevenueRow> Create(
        IReadOnlyList<StoredSettlement> settlements, IReadOnlyList<Invoice> invoices, IReadOnlyCollection<RevenueGroup> groups, long? sinceMs = null, long? untilMs = null, IReadOnlyCollection<string>? own = null)
    {
        var checks = new HashSet<string>(own ?? [], StringComparer.Ordinal);
        var invoicesById = new Dictionary<string, Invoice>(StringComparer.Ordinal);
        foreach (var invoice in invoices)
        {
            invoicesById[invoice.InvoiceId] = invoice;
        }

        var sums = new Dictionary<(string?, string?, string?, string?), Sum>();
        foreach (var recorded in settlements)
        {
            var settlement = recorded.Settlement;
            var paidAtMs = SaleTime.GetPaidAtMs(settlement, settlement.InvoiceId is { } id && invoicesById.TryGetValue(id, out var paidInvoice) ? paidInvoice : null);
            if (IsWithin(paidAtMs))
            {
                var service = SaleMetadata.FindService(recorded);
                Find(settlement.PaywallId, settlement.OwnerId, service, paidAtMs).Add(recorded, PaymentHashText.Normalize(recorded.PaymentHash) is { } hash && checks.Contains(hash));
            }
        }

        var paid = new HashSet<string>(settlements.SelectMany(GetNames), StringComparer.Ordinal);
        var counted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var invoice in invoices)
        {
            // One payment hash is one invoice, even if it was reported under several ids.
            var hash = PaymentHashText.Normalize(invoice.PaymentHash);
            if (!paid.Contains(invoice.InvoiceId) && (hash is null || (!paid.Contains(hash) && counted.Add(hash))) && IsWithin(GetTime(invoice)))
            {
                Find(invoice.PaywallId, invoice.OwnerId, null, GetTime(invoice)).Add(invoice);
            }
        }

        return sums
            .OrderBy(static sum => sum.Key.Item4, StringComparer.Ordinal)
            .ThenBy(static sum => sum.Key.Item2, StringComparer.Ordinal)
            .ThenBy(static sum => sum.Key.Item1, StringComparer.Ordinal)
            .ThenBy(static sum => sum.Key.Item3, StringComparer.Ordinal)
            .Select(static sum => sum.Value.ToRow(sum.Key))
            .ToArray();

        bool IsWithin(long time) => (sinceMs is null || time >= sinceMs) && (untilMs is null || time < untilMs);

        Sum Find(string paywall, string owner, string? service, long time)
        {
            var key = (
                groups.Contains(RevenueGroup.Paywall) ? paywall : null,
                groups.Contains(RevenueGroup.Owner) ? owner : null,
                groups.Contains(RevenueGroup.Service) ? service : null,
                groups.Contains(RevenueGroup.Day) ? SaleTime.FormatDay(time) : null);
            return sums.TryGetValue(key, out var sum) ? sum : sums[key] = new Sum();
        }
    }

    // An invoice is known to be paid by its id or by its payment hash.
    private static IEnumerable<string> GetNames(StoredSettlement recorded)
    {
        if (recorded.Settlement.InvoiceId is { } invoice)
        {
            yield return invoice;
        }

        if (PaymentHashText.Normalize(recorded.PaymentHash) is { } hash)
        {
            yield return hash;
        }
    }

    private static long GetTime(Invoice invoice) => invoice.Status switch
    {
        InvoiceStatus.Open => invoice.CreatedAtMs,
        InvoiceStatus.Settled => invoice.SettledAtMs ?? invoice.UpdatedAtMs,
        _ => invoice.UpdatedAtMs,
    };

    private sealed class Sum
    {
        private (long Count, decimal Msats) settled;
        private (long Count, decimal Msats) own;
        private (long Count, decimal Msats) undelivered;
        private (long Count, decimal Msats) unproven;
        private (long Count, decimal Msats) open;
        private (long Count, decimal Msats) expired;

        public void Add(StoredSettlement recorded, bool isOwn)
        {
            var metadata = SaleMetadata.Read(recorded.Settlement.Metadata);
            if (isOwn || metadata.IsOwnCheck)
            {
                own = Plus(own, recorded.Settlement.AmountMsats);
                return;
            }

            settled = Plus(settled, recorded.Settlement.AmountMsats);
            if (metadata.Delivery is not null)
            {
                undelivered = Plus(undelivered, recorded.Settlement.AmountMsats);
            }
        }

        public void Add(Invoice invoice)
        {
            switch (invoice.Status)
            {
                case InvoiceStatus.Settled: unproven = Plus(unproven, invoice.AmountMsats); break;
                case InvoiceStatus.Open: open = Plus(open, invoice.AmountMsats); break;
                default: expired = Plus(expired, invoice.AmountMsats); break;
            }
        }

        public RevenueRow ToRow((string? Paywall, string? Owner, string? Service, string? Day) key)
        {
            var paid = settled.Count + unproven.Count;
            var unpaid = open.Count + expired.Count;
            return new RevenueRow
            {
                PaywallId = key.Paywall,
                OwnerId = key.Owner,
                Service = key.Service,
                Day = key.Day,
                Settled = settled.Count,
                SettledMsats = settled.Msats,
                Own = own.Count,
                OwnMsats = own.Msats,
                Undelivered = undelivered.Count,
                UndeliveredMsats = undelivered.Msats,
                Unproven = unproven.Count,
                UnprovenMsats = unproven.Msats,
                Open = open.Count,
                OpenMsats = open.Msats,
                Expired = expired.Count,
                ExpiredMsats = expired.Msats,
                Conversion = unpaid == 0 ? null : Math.Round((double)paid / (paid + unpaid), ConversionDigits),
            };
        }

        private static (long Count, decimal Msats) Plus((long Count, decimal Msats) sum, Msats amount) =>
            (sum.Count + 1, sum.Msats + amount.Value);
    }
}
