using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Storage.Copying;

/// <summary>
/// Copies all records of one store to another: from a file to PostgreSQL or back. The source is read in one state.
/// The target must be empty or contain the rest of an interrupted copy of the same source. Each table is verified by
/// count and hash.
/// </summary>
public static class StoreCopy
{
    private const int ChunkSize = 5000;

    /// <summary>Copies the missing records, and verifies all of them.</summary>
    /// <param name="from">The source; it is only read.</param>
    /// <param name="to">The target.</param>
    /// <param name="copied">Receives each finished table; may be null.</param>
    /// <param name="cancellationToken">Stops it; the next run goes on from there.</param>
    /// <exception cref="StoreException">
    /// The target holds other records (<c>store_not_empty</c>), differs after the copy (<c>copy_differs</c>), or a store cannot be used.
    /// </exception>
    public static Task<StoreCopyResult> RunAsync(StoreEnd from, StoreEnd to, Action<CopiedTable>? copied, CancellationToken cancellationToken) =>
        from.ReadAsync(
            source =>
            {
                var begun = StoreTable.All.Select(table => (Table: table, Known: FindKnown(table, source, from, to, cancellationToken))).ToArray();
                var tables = new List<CopiedTable>();
                foreach (var (table, known) in begun)
                {
                    Copy(table, source, from, to, known, cancellationToken);
                    var done = Verify(table, source, from, to, known, cancellationToken);
                    tables.Add(done);
                    copied?.Invoke(done);
                }

                to.FinishAsync(cancellationToken).GetAwaiter().GetResult();
                return new StoreCopyResult { From = from.Name, To = to.Name, Tables = tables };
            },
            cancellationToken);

    /// <summary>Counts the records of a copy; nothing is written.</summary>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public static Task<IReadOnlyList<CopiedTable>> CountAsync(StoreEnd from, CancellationToken cancellationToken) =>
        from.ReadAsync(
            source => (IReadOnlyList<CopiedTable>)StoreTable.All.Select(table => new CopiedTable { Name = table.Name, Records = table.Count(source), Copied = 0, Hash = null }).ToArray(),
            cancellationToken);

    /// <summary>Number of rows in the target, which are the first of the source.</summary>
    private static long FindKnown(StoreTable table, DbConnection source, StoreEnd from, StoreEnd to, CancellationToken cancellationToken)
    {
        var known = Run(to, table.Count, cancellationToken);
        if (known > 0 && (known > table.Count(source) || Hash(table, source, from, known) != Run(to, target => Hash(table, target, to, known), cancellationToken)))
        {
            throw new StoreException(
                "store_not_empty", to.Name, "holds other records in " + table.Name + "; nothing was copied",
                "Copy to an empty store. A copy that was interrupted goes on only while neither store is written to.");
        }

        return known;
    }

    private static void Copy(StoreTable table, DbConnection source, StoreEnd from, StoreEnd to, long known, CancellationToken cancellationToken)
    {
        foreach (var chunk in ReadChunks(table, source, from, known == 0 ? null : FindLast(table, source, from, known), long.MaxValue))
        {
            cancellationToken.ThrowIfCancellationRequested();
            to.AddAsync(table, chunk, cancellationToken).GetAwaiter().GetResult();
        }
    }

    private static CopiedTable Verify(StoreTable table, DbConnection source, StoreEnd from, StoreEnd to, long known, CancellationToken cancellationToken)
    {
        var records = table.Count(source);
        var expected = Hash(table, source, from, records);
        var (count, found) = Run(to, target => (table.Count(target), Hash(table, target, to, long.MaxValue)), cancellationToken);
        return count == records && found == expected
            ? new CopiedTable { Name = table.Name, Records = records, Copied = records - known, Hash = expected }
            : throw new StoreException(
                "copy_differs", to.Name, FormattableString.Invariant($"differs from {from.Name} in {table.Name} after the copy: {count} of {records} records"),
                "Stop all other writers of the target, empty it, and copy again.");
    }

    private static string Hash(StoreTable table, DbConnection connection, StoreEnd end, long count)
    {
        using var hash = new RowHash();
        foreach (var row in ReadChunks(table, connection, end, null, count).SelectMany(static chunk => chunk))
        {
            hash.Add(table, row);
        }

        return hash.Complete();
    }

    private static object? FindLast(StoreTable table, DbConnection connection, StoreEnd end, long count) =>
        ReadChunks(table, connection, end, null, count).Last().Last()[table.Columns.Count];

    private static IEnumerable<List<object?[]>> ReadChunks(StoreTable table, DbConnection connection, StoreEnd end, object? after, long count)
    {
        while (count > 0)
        {
            var chunk = table.Read(connection, end.IsFile, after, Math.Min(ChunkSize, count));
            if (chunk.Count == 0)
            {
                yield break;
            }

            after = chunk[chunk.Count - 1][table.Columns.Count];
            count -= chunk.Count;
            yield return chunk;
        }
    }

    private static T Run<T>(StoreEnd end, Func<DbConnection, T> work, CancellationToken cancellationToken) => end.ReadAsync(work, cancellationToken).GetAwaiter().GetResult();
}

/// <summary>Result of a copy of a store.</summary>
public sealed record StoreCopyResult
{
    /// <summary>The source.</summary>
    public required string From { get; init; }

    /// <summary>The target.</summary>
    public required string To { get; init; }

    /// <summary>The tables, each verified by count and hash.</summary>
    public required IReadOnlyList<CopiedTable> Tables { get; init; }

    /// <summary>Number of records in all tables.</summary>
    public long Records => Tables.Sum(static table => table.Records);

    /// <summary>Number of records copied by this run; the others existed already.</summary>
    public long Copied => Tables.Sum(static table => table.Copied);
}

/// <summary>A table of a copied store.</summary>
public sealed record CopiedTable
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Number of records in the source.</summary>
    public required long Records { get; init; }

    /// <summary>Number of records copied by this run.</summary>
    public required long Copied { get; init; }

    /// <summary>SHA-256 of all records, equal in both stores; null if nothing was copied yet.</summary>
    public required string? Hash { get; init; }
}
