using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;

namespace LightningOps.Settlements;

/// <summary>The payments of an import that were sent call by call.</summary>
internal sealed class SentPayments
{
    private readonly PaymentIndex<SentPayment> proven = new();
    private readonly PaymentIndex<SentPayment> unproven = new();

    /// <summary>The payment of an event, and whether it was sent before under another id; null for an invoice update, and for a payment that cannot be compared.</summary>
    public BegunPayment? Begin(SettlementEvent told)
    {
        var identity = PaymentIdentity.From(told);
        if (identity.References.Count == 0)
        {
            return null;
        }

        // A preimage proves a payment that was sent without one.
        var known = proven.Find(identity) ?? (told.Record is null ? null : unproven.Find(identity));
        if (known is not null)
        {
            return new BegunPayment(known, IsRepeat: known.SettlementId != told.SettlementId);
        }

        var payment = new SentPayment(told);
        (told.Record is null ? proven : unproven).Add(identity, payment);
        return new BegunPayment(payment, IsRepeat: false);
    }
}

/// <summary>A payment that was sent. Its event, which may hold a preimage, is not kept.</summary>
internal sealed class SentPayment(SettlementEvent told)
{
    private readonly Settlement terms = SettlementRules.GetTerms(told);
    private Settlement? settlement;
    private Invoice? invoice;
    private bool isRecorded;

    /// <summary>The id under which it was sent.</summary>
    public string SettlementId { get; } = told.SettlementId!;

    /// <summary>Keeps its first outcome; null if it was rejected.</summary>
    public void End(IngestOutcome? outcome)
    {
        if (outcome is not null && !isRecorded)
        {
            (isRecorded, settlement, invoice) = (true, outcome.Settlement, outcome.Settlement is null ? outcome.Invoice : null);
        }
    }

    /// <summary>The outcome of the same payment under another id; null if it was rejected.</summary>
    public IngestOutcome? Repeat(SettlementEvent other) => !isRecorded ? null : new IngestOutcome
    {
        Event = other,
        Invoice = invoice,
        Settlement = settlement,
        Existed = settlement is not null,
        IsSamePayment = true,
        Conflict = SettlementRules.FindConflict(settlement ?? terms, SettlementRules.GetTerms(other)),
    };
}

/// <summary>A payment of an event.</summary>
/// <param name="Payment">The payment.</param>
/// <param name="IsRepeat">Whether it was sent before under another id.</param>
internal sealed record BegunPayment(SentPayment Payment, bool IsRepeat);
