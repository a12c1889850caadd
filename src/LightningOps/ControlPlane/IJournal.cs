using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Storage;

namespace LightningOps.ControlPlane;

/// <summary>A store that keeps the journal. Entries are only added; each contains the hash of the previous one.</summary>
/// <remarks>Every method throws <see cref="StoreException"/> when the store cannot be used.</remarks>
public interface IJournal : IDisposable
{
    /// <summary>Adds an entry after the last one, also if other processes add at the same time.</summary>
    /// <param name="deed">The action.</param>
    /// <param name="cancellationToken">Stops it; the entry is then added whole or not at all.</param>
    Task<JournalEntry> AppendJournalAsync(JournalDraft deed, CancellationToken cancellationToken);

    /// <summary>Entries that meet all conditions, the newest first.</summary>
    Task<IReadOnlyList<JournalEntry>> ListJournalAsync(JournalQuery query, CancellationToken cancellationToken);

    /// <summary>Entries in the order they were added, for a check of the chain.</summary>
    /// <param name="after">Sequence of the last entry to skip; 0 starts with the first.</param>
    /// <param name="count">Maximum number.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<IReadOnlyList<JournalEntry>> ReadJournalAsync(long after, int count, CancellationToken cancellationToken);

    /// <summary>The last entry as a head; null if the journal is empty.</summary>
    Task<JournalHead?> FindJournalHeadAsync(CancellationToken cancellationToken);
}

/// <summary>Filter of journal entries; all given conditions must hold.</summary>
public sealed record JournalQuery
{
    /// <summary>From this time on, Unix milliseconds.</summary>
    public long? SinceMs { get; init; }

    /// <summary>Before this time, Unix milliseconds.</summary>
    public long? UntilMs { get; init; }

    /// <summary>Entries of this kind.</summary>
    public JournalKind? Kind { get; init; }

    /// <summary>Entries of this gateway.</summary>
    public string? Gateway { get; init; }

    /// <summary>Entries of this person.</summary>
    public string? Who { get; init; }

    /// <summary>Entries with this result.</summary>
    public JournalResult? Result { get; init; }

    /// <summary>Entries of this deployment.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Maximum number, newest first; 100 by default.</summary>
    public int First { get; init; } = 100;
}

/// <summary>Result of a check of the journal.</summary>
public sealed record JournalCheck
{
    /// <summary>Whether the chain is intact and contains every head it was checked against.</summary>
    public bool Ok => Problems.Count == 0;

    /// <summary>Number of entries read.</summary>
    public required long Entries { get; init; }

    /// <summary>The last entry; null if the journal is empty.</summary>
    public JournalHead? Head { get; init; }

    /// <summary>Heads from outside the store that the chain was checked against.</summary>
    public IReadOnlyList<JournalHead> Heads { get; init; } = Array.Empty<JournalHead>();

    /// <summary>
    /// Sequence of the last entry that a head from outside vouches for; 0 if there was none. Anyone who can write the
    /// store can rewrite or remove later entries unnoticed.
    /// </summary>
    public long VouchedUntil { get; init; }

    /// <summary>The problems, in the order of the entries.</summary>
    public IReadOnlyList<JournalProblem> Problems { get; init; } = Array.Empty<JournalProblem>();
}

/// <summary>A problem of the journal.</summary>
/// <param name="Code"><c>entry_changed</c>, <c>entry_missing</c>, <c>chain_broken</c>, <c>head_missing</c> or <c>head_differs</c>.</param>
/// <param name="Sequence">Sequence of the entry.</param>
/// <param name="Message">One sentence.</param>
public sealed record JournalProblem(string Code, long Sequence, string Message)
{
    /// <summary>Code and message.</summary>
    public override string ToString() => Code + ": " + Message;
}
