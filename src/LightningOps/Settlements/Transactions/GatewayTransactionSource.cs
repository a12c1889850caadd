using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Paywalls;

namespace LightningOps.Settlements.Transactions;

/// <summary>
/// The settled transactions of a gateway since the last import. The position is stored whenever everything settled
/// until a time is ingested. A transaction of an unknown service holds it back, so that it is found again once its
/// paywall is known.
/// </summary>
public sealed class GatewayTransactionSource : ISettlementSource
{
    private const int MaxPageSize = 1000;
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(1);

    private readonly IGatewayTransactions gateway;
    private readonly TransactionReader reader;
    private readonly ServiceDirectory services;
    private readonly ISettlementCursors cursors;
    private readonly GatewayTransactionOptions options;
    private readonly TimeProvider time;
    private TransactionWalk? walk;
    private long? resumeAtMs;
    private long? heldAtMs;
    private bool hasGap;
    private long skipped;
    private long read;
    private long missing;
    private long future;
    private long timeless;
    private GatewayOffers? offers;
    private string? offersFailure;

    /// <summary>The transactions of a gateway, with the system's clock.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="name">Its name.</param>
    /// <param name="paywalls">Paywalls of its services, including archived ones.</param>
    /// <param name="cursors">Stores the position; the caller disposes it.</param>
    /// <param name="options">Filter of the transactions.</param>
    public GatewayTransactionSource(
        IGatewayTransactions gateway, string name, IEnumerable<Paywall> paywalls, ISettlementCursors cursors, GatewayTransactionOptions options)
        : this(gateway, name, paywalls, cursors, options, TimeProvider.System)
    {
    }

    /// <summary>The transactions of a gateway.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="name">Its name.</param>
    /// <param name="paywalls">Paywalls of its services, including archived ones.</param>
    /// <param name="cursors">Stores the position; the caller disposes it.</param>
    /// <param name="options">Filter of the transactions.</param>
    /// <param name="time">Clock.</param>
    public GatewayTransactionSource(
        IGatewayTransactions gateway, string name, IEnumerable<Paywall> paywalls, ISettlementCursors cursors, GatewayTransactionOptions options, TimeProvider time)
    {
        this.gateway = gateway;
        this.cursors = cursors;
        this.options = options;
        this.time = time;
        Name = name;
        services = new ServiceDirectory(paywalls);
        reader = new TransactionReader(services, name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Number of transactions according to the gateway; null until it was asked, and if it does not count.</summary>
    public long? Length => walk?.Total;

    /// <summary>Transactions of excluded services.</summary>
    public long Skipped => Volatile.Read(ref skipped);

    /// <inheritdoc/>
    public async Task<SettlementBatch> ReadAsync(int most, CancellationToken cancellationToken)
    {
        walk ??= await BeginAsync(cancellationToken).ConfigureAwait(false);
        var part = await walk.NextAsync(Math.Max(2, Math.Min(most, MaxPageSize)), cancellationToken).ConfigureAwait(false);
        var inputs = new List<SettlementInput>(part.Transactions.Count);
        foreach (var transaction in part.Transactions)
        {
            if (IsExcluded(transaction.ServiceName))
            {
                Interlocked.Increment(ref skipped);
                continue;
            }

            var input = reader.Read(transaction);
            inputs.Add(input);
            Note(transaction, input);
        }

        read += part.Transactions.Count;
        missing += Math.Min(part.Missing, long.MaxValue - missing);

        // Counted but unlisted transactions may be anywhere before the end of the span.
        hasGap |= part.Missing > 0;
        return new SettlementBatch
        {
            Inputs = inputs,
            IsLast = part.IsLast,
            Position = read,
            ResumeAtMs = part.EndsSpan ? Earlier(resumeAtMs, heldAtMs) : null,
        };
    }

    /// <inheritdoc/>
    public async Task AcknowledgeAsync(SettlementBatch batch, int failed, CancellationToken cancellationToken)
    {
        // A failed transaction is somewhere before the end of the span and must be found again.
        hasGap |= failed > 0;
        if (!hasGap && batch.ResumeAtMs is { } resume)
        {
            await cursors.SaveAsync(Name, resume, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Adds information of the gateway to the result of an import: excluded and missing transactions, future times.</summary>
    public SettlementImportResult Complete(SettlementImportResult result)
    {
        var warnings = new List<ImportWarning>(result.Warnings);
        if (missing > 0)
        {
            warnings.Add(new ImportWarning(
                ImportWarnings.TransactionsMissing,
                FormattableString.Invariant($"{Name} counts {missing} settled {(missing == 1 ? "transaction" : "transactions")} more than it lists, which cannot be recorded. Import again; if it stays so, look at the gateway's database.")));
        }

        if (future > 0)
        {
            warnings.Add(new ImportWarning(
                ImportWarnings.FutureTime,
                FormattableString.Invariant($"{future} {(future == 1 ? "transaction" : "transactions")} of {Name} {(future == 1 ? "is" : "are")} settled in the future by this machine's clock. Such a time is recorded as it is; set the clock that is wrong.")));
        }

        if (timeless > 0)
        {
            warnings.Add(new ImportWarning(
                ImportWarnings.TimeUnknown,
                FormattableString.Invariant($"{Name} does not say when {timeless} {(timeless == 1 ? "transaction was" : "transactions were")} settled. The time when the invoice was created is recorded instead, or the time of the import if that is not known either.")));
        }

        if (offers is { Sessions: true })
        {
            warnings.Add(new ImportWarning(
                ImportWarnings.SessionsNotListed,
                Name + " sells sessions, and it does not list their deposits, spending and refunds: more may have been received than is recorded. Compare with the node: -PayeeNode lnd:https://host:port."));
        }

        if (offersFailure is not null)
        {
            warnings.Add(new ImportWarning(ImportWarnings.OffersUnknown, Name + " did not report whether it sells sessions, which it does not list (" + offersFailure + ")."));
        }

        if (reader.Undelivered > 0)
        {
            warnings.Add(new ImportWarning(
                ImportWarnings.NotDelivered,
                FormattableString.Invariant($"{reader.Undelivered} {(reader.Undelivered == 1 ? "transaction was" : "transactions were")} paid in a way that the service refuses, or may refuse (authscheme): income without delivery. The metadata says delivery: refused or doubtful; refund the buyers, and set authscheme to l402+mpp.")));
        }

        return result with
        {
            Ok = result.Ok && missing == 0,
            IsComplete = result.IsComplete && missing == 0 && offers is not { Sessions: true } && offersFailure is null,
            Undelivered = reader.Undelivered,
            Skipped = Skipped,
            GatewayTotal = Length,
            Warnings = warnings,
        };
    }

    private async Task<TransactionWalk> BeginAsync(CancellationToken cancellationToken)
    {
        await ReadOffersAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        resumeAtMs = await cursors.FindAsync(Name, cancellationToken).ConfigureAwait(false);
        if (resumeAtMs > now.ToUnixTimeMilliseconds())
        {
            // The position followed a gateway's clock that was ahead; settlements since then may not be recorded.
            resumeAtMs = null;
        }

        // The time between the last import and a later start is not read, and must be read later.
        hasGap = options.Since is { } since && since.ToUnixTimeMilliseconds() > (resumeAtMs ?? 0);
        var from = options.Since
            ?? (resumeAtMs is { } resume ? DateTimeOffset.FromUnixTimeMilliseconds(resume) - options.Overlap : DateTimeOffset.FromUnixTimeSeconds(0));
        return new TransactionWalk(gateway, Name, from, now);
    }

    // A failure is reported as unknown; the transactions are available anyway.
    private async Task ReadOffersAsync(CancellationToken cancellationToken)
    {
        if (gateway is not IGatewayOffers asked)
        {
            return;
        }

        try
        {
            offers = await asked.ReadOffersAsync(cancellationToken).ConfigureAwait(false);
            reader.Use(offers);
        }
        catch (GatewayException failure)
        {
            offersFailure = failure.Reason;
        }
    }

    private bool IsExcluded(string service) =>
        options.IsExcluded is { } isExcluded && (isExcluded(service) || (services.SplitPath(service) is { Path: not null } parts && isExcluded(parts.Name)));

    private void Note(SettledTransaction transaction, SettlementInput input)
    {
        if (transaction.SettledAt?.ToUnixTimeMilliseconds() is not { } settled)
        {
            timeless++;
            return;
        }

        // A gateway's clock may be ahead. Sales until our clock reaches that time have earlier times and must be found.
        var now = time.GetUtcNow();
        future += settled > (now + ClockMargin).ToUnixTimeMilliseconds() ? 1 : 0;
        var read = Math.Min(settled, now.ToUnixTimeMilliseconds());
        resumeAtMs = resumeAtMs is { } last ? Math.Max(last, read) : read;
        if (input.Rejection?.Code is RejectionCodes.UnknownService or RejectionCodes.AmbiguousService)
        {
            heldAtMs = Earlier(heldAtMs, settled);
        }
    }

    private static long? Earlier(long? one, long? other) =>
        one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);
}

/// <summary>Filter of gateway transactions.</summary>
public sealed record GatewayTransactionOptions
{
    /// <summary>Start, regardless of earlier imports; null to resume where the last import ended.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether a service is excluded; null excludes none.</summary>
    public Func<string, bool>? IsExcluded { get; init; }

    /// <summary>
    /// Overlap with the previous import. A gateway's clock may be set back, and transactions settled at the same
    /// moment may be listed later.
    /// </summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(10);
}
