using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.ControlPlane.Rules;

/// <summary>Read access to the records of a store.</summary>
internal interface ILedgerReader
{
    /// <summary>The current invoice, or null.</summary>
    Invoice? FindInvoice(string invoiceId);

    /// <summary>The settlement with an id, else of a payment; null when there is neither.</summary>
    StoredSettlement? FindSettlement(string settlementId, PaymentIdentity payment);
}

/// <summary>Answers events like a store and keeps their changes in memory, so that the next event sees them.</summary>
internal sealed class LedgerPreview : IBulkIngest
{
    private readonly Func<Func<ILedgerReader, IReadOnlyList<IngestOutcome>>, CancellationToken, Task<IReadOnlyList<IngestOutcome>>> readAsync;
    private readonly TimeProvider time;
    private readonly Overlay overlay = new();

    /// <param name="readAsync">Runs a function on the records of the store.</param>
    /// <param name="time">Clock.</param>
    public LedgerPreview(
        Func<Func<ILedgerReader, IReadOnlyList<IngestOutcome>>, CancellationToken, Task<IReadOnlyList<IngestOutcome>>> readAsync, TimeProvider time)
    {
        this.readAsync = readAsync;
        this.time = time;
    }

    /// <summary>A preview for a control plane that does not list its records; every event is new the first time.</summary>
    public static LedgerPreview OverNothing() => new(static (work, _) => Task.FromResult(work(new Nothing())), TimeProvider.System);

    /// <inheritdoc/>
    public Task<IReadOnlyList<IngestOutcome>> IngestAsync(IReadOnlyList<SettlementEvent> events, CancellationToken cancellationToken) =>
        readAsync(
            reader =>
            {
                overlay.Below = reader;
                var now = time.GetUtcNow().ToUnixTimeMilliseconds();
                var outcomes = new IngestOutcome[events.Count];
                for (var i = 0; i < outcomes.Length; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    outcomes[i] = SettlementLedger.Apply(overlay, events[i], now);
                }

                return outcomes;
            },
            cancellationToken);

    private sealed class Nothing : ILedgerReader
    {
        public Invoice? FindInvoice(string invoiceId) => null;

        public StoredSettlement? FindSettlement(string settlementId, PaymentIdentity payment) => null;
    }

    private sealed class Overlay : ILedgerStorage
    {
        private readonly Dictionary<string, Invoice> invoices = new(StringComparer.Ordinal);
        private readonly Dictionary<string, StoredSettlement> settlements = new(StringComparer.Ordinal);
        private readonly PaymentIndex<StoredSettlement> payments = new();

        public ILedgerReader Below { get; set; } = new Nothing();

        public Invoice? FindInvoice(string invoiceId) => invoices.TryGetValue(invoiceId, out var invoice) ? invoice : Below.FindInvoice(invoiceId);

        public void Put(Invoice invoice) => invoices[invoice.InvoiceId] = invoice;

        public StoredSettlement? Find(StoredSettlement reported)
        {
            var payment = PaymentIdentity.From(reported);
            return settlements.TryGetValue(reported.Settlement.SettlementId, out var known) ? known
                : payments.Find(payment) ?? Below.FindSettlement(reported.Settlement.SettlementId, payment);
        }

        public StoredSettlement? FindOrAdd(StoredSettlement reported)
        {
            if (Find(reported) is { } known)
            {
                return known;
            }

            settlements.Add(reported.Settlement.SettlementId, reported);
            payments.Add(PaymentIdentity.From(reported), reported);
            return null;
        }
    }
}
