using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Payments.Lnd;

namespace LightningOps.Settlements;

/// <summary>Compares the payments received by a payee's node with the books.</summary>
public sealed record PayeeComparison
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>Number of its invoices settled in the period.</summary>
    public required long Invoices { get; init; }

    /// <summary>Total amount received, millisatoshis.</summary>
    public required decimal ReceivedMsats { get; init; }

    /// <summary>Number of them that are in the books, by payment hash.</summary>
    public required long BookedInvoices { get; init; }

    /// <summary>Their amount in the books, millisatoshis.</summary>
    public required decimal BookedMsats { get; init; }

    /// <summary>
    /// Number that are not in the books: sessions, sales whose transaction was deleted, and payments unrelated to the
    /// gateway.
    /// </summary>
    public long UnbookedInvoices => Invoices - BookedInvoices;

    /// <summary>Their amount, millisatoshis.</summary>
    public required decimal UnbookedMsats { get; init; }

    /// <summary>Payment hashes of the first of them.</summary>
    public required IReadOnlyList<string> Unbooked { get; init; }

    /// <summary>Compares the settled invoices of a node with the books, one by one.</summary>
    /// <param name="node">The node.</param>
    /// <param name="books">The books.</param>
    /// <param name="sinceMs">Start, Unix milliseconds; null for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PayeeNodeException">The node did not return its invoices.</exception>
    public static async Task<PayeeComparison> MakeAsync(LndInvoices node, ISettlementHistory books, long? sinceMs, CancellationToken cancellationToken)
    {
        const int kept = 100;
        decimal received = 0, bookedMsats = 0, unbookedMsats = 0;
        var booked = 0L;
        var unbooked = new List<string>();
        var invoices = await node.ListSettledAsync(sinceMs, cancellationToken).ConfigureAwait(false);
        foreach (var invoice in invoices)
        {
            received += invoice.AmountMsats;
            var found = await books.ListSettlementsAsync(new SettlementQuery { PaymentHash = invoice.PaymentHash, First = 1 }, cancellationToken).ConfigureAwait(false);
            if (found.Count > 0)
            {
                booked++;
                bookedMsats += found[0].Settlement.AmountMsats;
                continue;
            }

            unbookedMsats += invoice.AmountMsats;
            if (unbooked.Count < kept)
            {
                unbooked.Add(invoice.PaymentHash);
            }
        }

        return new PayeeComparison
        {
            Node = node.Name,
            Invoices = invoices.Count,
            ReceivedMsats = received,
            BookedInvoices = booked,
            BookedMsats = bookedMsats,
            UnbookedMsats = unbookedMsats,
            Unbooked = unbooked,
        };
    }

    /// <summary>An import's result with these figures. If everything the node received is booked, nothing is missing, whatever the gateway lists.</summary>
    internal SettlementImportResult AddTo(SettlementImportResult result) => result with
    {
        Payee = this,
        IsComplete = result.Ok && UnbookedInvoices == 0,
        Warnings = UnbookedInvoices == 0 ? result.Warnings : [.. result.Warnings, new ImportWarning(ImportWarnings.NotBooked, this + ".")],
    };

    /// <summary>The figures in a few words.</summary>
    public override string ToString() =>
        System.FormattableString.Invariant($"{Node} received {ReceivedMsats / 1000:0.###} sat with {Invoices} invoices; {BookedInvoices} of them are booked, {UnbookedMsats / 1000:0.###} sat with {UnbookedInvoices} invoices are not");
}
