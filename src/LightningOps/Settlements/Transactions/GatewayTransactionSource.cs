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

    private readonly IGatewayTransactions gateway;
    private readonly TransactionReader reader;
    private readonly ISettlementCursors cursors;
    private readonly GatewayTransactionOptions options;
    private readonly TimeProvider time;
    private TransactionWalk? walk;
    private long? resumeAtMs;
    private long? heldAtMs;
    private bool hasGap;
    private long skipped;
    private long read;

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
        reader = new TransactionReader(new ServiceDirectory(paywalls), name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Nobody knows how many there are.</summary>
    public long? Length => null;

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
            if (options.IsExcluded?.Invoke(transaction.ServiceName) == true)
            {
                Interlocked.Increment(ref skipped);
                continue;
            }

            var input = reader.Read(transaction);
            inputs.Add(input);
            Note(transaction, input);
        }

        read += part.Transactions.Count;
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

    private async Task<TransactionWalk> BeginAsync(CancellationToken cancellationToken)
    {
        resumeAtMs = await cursors.FindAsync(Name, cancellationToken).ConfigureAwait(false);

        // What lies between the last import and a later beginning is not read, and must be found again.
        hasGap = options.Since is { } since && since.ToUnixTimeMilliseconds() > (resumeAtMs ?? 0);
        var from = options.Since
            ?? (resumeAtMs is { } resume ? DateTimeOffset.FromUnixTimeMilliseconds(resume) - options.Overlap : DateTimeOffset.FromUnixTimeSeconds(0));
        return new TransactionWalk(gateway, Name, from, time.GetUtcNow());
    }

    private void Note(SettledTransaction transaction, SettlementInput input)
    {
        if (transaction.SettledAt?.ToUnixTimeMilliseconds() is not { } settled)
        {
            return;
        }

        resumeAtMs = resumeAtMs is { } last ? Math.Max(last, settled) : settled;
        if (input.Rejection?.Code is RejectionCodes.UnknownService or RejectionCodes.AmbiguousService)
        {
            heldAtMs = Earlier(heldAtMs, settled);
        }
    }

    private static long? Earlier(long? one, long? other) =>
        one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);
}

/// <summary>Filter of gateway transactions.</summary>
public sealed class GatewayTransactionOptions
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
