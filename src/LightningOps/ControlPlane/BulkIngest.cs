using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.ControlPlane;

/// <summary>A control plane that accepts many events in one transaction; the hosted ones accept single events.</summary>
public interface IBulkIngest
{
    /// <summary>Ingests events in their order, in one transaction.</summary>
    /// <param name="events">A few thousand at most; they and their outcomes are held in memory.</param>
    /// <param name="cancellationToken">Stops it; nothing of the batch is then recorded.</param>
    /// <returns>The outcome of each event, in their order.</returns>
    /// <exception cref="InvalidPreimageException">A preimage is invalid; nothing of the batch is recorded.</exception>
    Task<IReadOnlyList<IngestOutcome>> IngestAsync(IReadOnlyList<SettlementEvent> events, CancellationToken cancellationToken);
}

/// <summary>A control plane that can predict the outcome of an ingest.</summary>
public interface IIngestPreview
{
    /// <summary>Processes events like the control plane and records nothing.</summary>
    IBulkIngest CreatePreview();
}

/// <summary>Outcome of one event.</summary>
public sealed record IngestOutcome
{
    /// <summary>The event.</summary>
    public required SettlementEvent Event { get; init; }

    /// <summary>The invoice in its new state; null for a settlement without an invoice.</summary>
    public Invoice? Invoice { get; init; }

    /// <summary>Whether the event changed the invoice.</summary>
    public bool InvoiceChanged { get; init; }

    /// <summary>The settlement, recorded now or before; null for an invoice update, and if the control plane accepts no settlement without preimage.</summary>
    public Settlement? Settlement { get; init; }

    /// <summary>Whether the settlement was recorded before.</summary>
    public bool Existed { get; init; }

    /// <summary>Whether the event contained nothing new: its settlement was known, or its invoice already had that state.</summary>
    internal bool IsRepeat => Settlement is null ? !InvoiceChanged : Existed;

    /// <summary>Whether its payment was reported before under another id, and the control plane was not called again.</summary>
    internal bool IsSamePayment { get; init; }

    /// <summary>
    /// The member in which the event contradicts the settlement recorded before, which is kept; null if there is none.
    /// Without a <see cref="Settlement" /> it contradicts the recorded invoice, and is not recorded.
    /// </summary>
    public string? Conflict { get; init; }

    /// <summary>Amount of the recorded invoice if a new settlement's is smaller; else null.</summary>
    internal long? UnderpaidMsats { get; init; }
}
