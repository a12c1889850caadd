using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Paywalls;

namespace LightningOps.Settlements.Transactions;

/// <summary>
/// The settled transactions of a gateway, from where the last import ended. How far that is is remembered whenever
/// everything settled until a time is ingested; a transaction of an unknown service holds it back, so that it is
/// found again once its paywall is known.
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
    private GatewayOffers? offers;
    private string? offersFailure;

    /// <summary>The transactions of a gateway, by the system's clock.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="name">Its name.</param>
    /// <param name="paywalls">Paywalls its services are of, archived ones too.</param>
    /// <param name="cursors">Remembers how far it was read; the caller disposes it.</param>
    /// <param name="options">Which transactions.</param>
    public GatewayTransactionSource(
        IGatewayTransactions gateway, string name, IEnumerable<Paywall> paywalls, ISettlementCursors cursors, GatewayTransactionOptions options)
        : this(gateway, name, paywalls, cursors, options, TimeProvider.System)
    {
    }

    /// <summary>The transactions of a gateway.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="name">Its name.</param>
    /// <param name="paywalls">Paywalls its services are of, archived ones too.</param>
    /// <param name="cursors">Remembers how far it was read; the caller disposes it.</param>
    /// <param name="options">Which transactions.</param>
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

    /// <summary>How many transactions the gateway counts; null until it was asked, and where it does not count.</summary>
    public long? Length => walk?.Total;

    /// <summary>Transactions of services that were left out.</summary>
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

        // What the gateway counts and does not list stands somewhere before the end of its span.
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
        // What failed stands somewhere before the end of its span, and must be found again.
        hasGap |= failed > 0;
        if (!hasGap && batch.ResumeAtMs is { } resume)
        {
            await cursors.SaveAsync(Name, resume, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Adds to the result of an import what only its gateway can tell: what was left out, what is missing, times to come.</summary>
    public SettlementImportResult Complete(SettlementImportResult result)
    {
        var warnings = new List<ImportWarning>(result.Warnings);
        if (missing > 0)
        {
            warnings.Add(new ImportWarning(
                ImportWarnings.TransactionsMissing,
                FormattableString.Invariant($"{Name} counts {missing} settled transactions more than it lists; they are not recorded. Import again; if it stays so, look at the gateway's database.")));
        }

        if (future > 0)
        {
            warnings.Add(new ImportWarning(
                ImportWarnings.FutureTime,
                FormattableString.Invariant($"{future} transactions of {Name} are settled in the future by this machine's clock. They are recorded with that time; set the clock that is wrong.")));
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
                FormattableString.Invariant($"{reader.Undelivered} transactions were paid in a way that their service refuses, or may refuse (authscheme): income without delivery. Their metadata says delivery: refused or doubtful; refund them, and set authscheme to l402+mpp.")));
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
            // It followed a gateway's clock that was ahead: what was settled since then may not be recorded.
            resumeAtMs = null;
        }

        // What lies between the last import and a later beginning is not read, and must be found again.
        hasGap = options.Since is { } since && since.ToUnixTimeMilliseconds() > (resumeAtMs ?? 0);
        var from = options.Since
            ?? (resumeAtMs is { } resume ? DateTimeOffset.FromUnixTimeMilliseconds(resume) - options.Overlap : DateTimeOffset.FromUnixTimeSeconds(0));
        return new TransactionWalk(gateway, Name, from, now);
    }

    // What cannot be told is told as that; the transactions are there all the same.
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
            return;
        }

        // A gateway's clock may be ahead; what is sold until ours is there comes with earlier times, and must be found.
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
    /// <summary>From when on, whatever was read before; null goes on where the last import ended.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether a service is excluded; null excludes none.</summary>
    public Func<string, bool>? IsExcluded { get; init; }

    /// <summary>
    /// How much of what was read before is read again: a gateway's clock may be set back, and what is settled at one
    /// moment may be listed a little later.
    /// </summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(10);
}
