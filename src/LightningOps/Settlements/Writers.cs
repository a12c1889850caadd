using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.Settlements;

/// <summary>Writes a part of a source to a control plane.</summary>
internal interface IBatchWriter
{
    /// <summary>Writes the part; returns the outcome of each input, in order.</summary>
    Task<IReadOnlyList<WrittenInput>> WriteAsync(IReadOnlyList<SettlementInput> inputs, CancellationToken cancellationToken);

    /// <summary>Why nothing more may be written, or null.</summary>
    LightningOpsException? StoppedBy { get; }
}

/// <summary>Writes a part in one transaction.</summary>
internal sealed class BulkWriter : IBatchWriter
{
    private readonly IBulkIngest controlPlane;

    public BulkWriter(IBulkIngest controlPlane) => this.controlPlane = controlPlane;

    public LightningOpsException? StoppedBy => null;

    public async Task<IReadOnlyList<WrittenInput>> WriteAsync(IReadOnlyList<SettlementInput> inputs, CancellationToken cancellationToken)
    {
        var events = inputs.Select(static input => input.Event).OfType<SettlementEvent>().ToArray();
        var outcomes = events.Length == 0 ? [] : await controlPlane.IngestAsync(events, cancellationToken).ConfigureAwait(false);
        var next = 0;
        return inputs
            .Select(input => input.Event is null ? new WrittenInput(null, input.Rejection) : WrittenInput.From(input, outcomes[next++]))
            .ToArray();
    }
}

/// <summary>
/// Writes one call per event, several at once; the events of one invoice one after the other, in order. A failed call
/// rejects its event. When many fail in a row, or the secret is refused, the rest is not sent. A hosted control plane
/// knows a settlement by its id only, so a payment that comes again under another id is not sent.
/// </summary>
internal sealed class SingleCallsWriter : IBatchWriter
{
    private readonly IControlPlane controlPlane;
    private readonly int concurrency;
    private readonly int maxFailures;
    private readonly SentPayments payments = new();
    private int failuresInRow;
    private LightningOpsException? stoppedBy;

    /// <param name="controlPlane">Destination of the calls.</param>
    /// <param name="concurrency">Maximum number of concurrent calls.</param>
    /// <param name="mostFailures">Number of consecutive failures that end the run.</param>
    public SingleCallsWriter(IControlPlane controlPlane, int concurrency, int mostFailures)
    {
        this.controlPlane = controlPlane;
        this.concurrency = concurrency;
        this.maxFailures = mostFailures;
    }

    public LightningOpsException? StoppedBy => Volatile.Read(ref stoppedBy);

    public async Task<IReadOnlyList<WrittenInput>> WriteAsync(IReadOnlyList<SettlementInput> inputs, CancellationToken cancellationToken)
    {
        var written = inputs.Select(static input => new WrittenInput(null, input.Rejection)).ToArray();
        var begun = inputs.Select(input => input.Event is { } told ? payments.Begin(told) : null).ToArray();
        var invoices = new ConcurrentQueue<int[]>(Enumerable.Range(0, inputs.Count)
            .Where(i => inputs[i].Event is not null && begun[i]?.IsRepeat != true)
            .GroupBy(i => inputs[i].Event!.InvoiceId ?? inputs[i].Event!.SettlementId!, StringComparer.Ordinal)
            .Select(static invoice => invoice.ToArray()));
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(() => DrainAsync(invoices, inputs, written, cancellationToken), cancellationToken)))
            .ConfigureAwait(false);
        for (var i = 0; i < written.Length; i++)
        {
            if (begun[i] is { IsRepeat: false } first)
            {
                first.Payment.End(written[i].Outcome);
            }
        }

        for (var i = 0; i < written.Length; i++)
        {
            if (begun[i] is { IsRepeat: true } repeat)
            {
                written[i] = repeat.Payment.Repeat(inputs[i].Event!) is { } outcome
                    ? WrittenInput.From(inputs[i], outcome)
                    : new WrittenInput(null, Rejection(inputs[i], RejectionCodes.NotSent, "was not sent: it is the payment of settlement " + repeat.Payment.SettlementId + ", which was rejected"));
            }
        }

        return written;
    }

    private async Task DrainAsync(ConcurrentQueue<int[]> invoices, IReadOnlyList<SettlementInput> inputs, WrittenInput[] written, CancellationToken cancellationToken)
    {
        while (invoices.TryDequeue(out var invoice))
        {
            foreach (var i in invoice)
            {
                cancellationToken.ThrowIfCancellationRequested();
                written[i] = await SendAsync(inputs[i], cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<WrittenInput> SendAsync(SettlementInput input, CancellationToken cancellationToken)
    {
        if (StoppedBy is not null)
        {
            return new WrittenInput(null, Rejection(input, RejectionCodes.NotSent, "was not sent: the control plane failed too often"));
        }

        try
        {
            var outcome = await SingleIngest.SendAsync(controlPlane, input.Event!, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref failuresInRow, 0);
            return WrittenInput.From(input, outcome);
        }
        catch (LightningOpsException failure)
        {
            Count(failure);
            return new WrittenInput(null, Rejection(input, failure.Tag, failure.Message));
        }
    }

    private static RejectedEvent Rejection(SettlementInput input, string code, string reason) => new()
    {
        Line = input.Line,
        Id = input.Event!.SettlementId ?? input.Event.InvoiceId,
        Code = code,
        Reason = reason,
        Remedy = "Fix the cause and import the event again. Nothing is recorded twice.",
    };

    // A backend that refuses a call works; only one that does not answer is given up.
    private void Count(LightningOpsException failure)
    {
        if (failure is ControlPlaneTransportException { IsRefusal: true } or InvalidPreimageException)
        {
            Volatile.Write(ref failuresInRow, 0);
            return;
        }

        var isBarred = failure is ControlPlaneTransportException transport
            && (transport.Reason.StartsWith("status_401", StringComparison.Ordinal) || transport.Reason.StartsWith("status_403", StringComparison.Ordinal));
        if (Interlocked.Increment(ref failuresInRow) >= maxFailures || isBarred)
        {
            Interlocked.CompareExchange(ref stoppedBy, failure, null);
        }
    }
}

/// <summary>Outcome of an input, or why there is none.</summary>
internal readonly record struct WrittenInput(IngestOutcome? Outcome, RejectedEvent? Rejection)
{
    /// <summary>The outcome of an event; a rejection when it contradicts a record.</summary>
    public static WrittenInput From(SettlementInput input, IngestOutcome outcome) => outcome.Conflict is not { } member ? new(outcome, null) : new(null, new RejectedEvent
    {
        Line = input.Line,
        Id = outcome.Event.SettlementId ?? outcome.Event.InvoiceId,
        Code = RejectionCodes.Conflict,
        Reason = outcome.Settlement is not { } recorded ? "the invoice " + outcome.Invoice!.InvoiceId + " is recorded with another " + member
            : recorded.SettlementId == outcome.Event.SettlementId ? "the settlement is recorded with another " + member
            : "the payment is recorded as settlement " + recorded.SettlementId + " with another " + member,
        Remedy = "Find out which of the two is right: " + GetRecord(outcome) + ". The first one is kept.",
    });

    private static string GetRecord(IngestOutcome outcome) =>
        outcome.Settlement is { } settlement ? "Get-L402Settlement " + settlement.SettlementId
        : outcome.Event.Invoice is { } update ? "Get-L402Invoice " + update.InvoiceId
        : "Get-L402Settlement -InvoiceId " + outcome.Invoice!.InvoiceId;
}
