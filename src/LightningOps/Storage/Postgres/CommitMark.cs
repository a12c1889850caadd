using System;
using Npgsql;

namespace LightningOps.Storage.Postgres;

/// <summary>
/// A row that a transaction writes of itself, so that a lost commit can be asked for. Its number cannot be: a server that was
/// killed gives the number of a transaction that it lost to another one.
/// </summary>
/// <param name="Token">Its key, random.</param>
/// <param name="Number">The number of the transaction.</param>
internal sealed record CommitMark(Guid Token, long Number)
{
    // A mark is needed until its writer has asked; mark_commit removes older ones now and then.
    private const long Kept = 100_000;

    // Number of a token that the question has taken; no transaction has it.
    private const long Taken = 0;

    /// <summary>Writes the mark of the current transaction.</summary>
    /// <returns>The mark; null for a transaction that has written nothing.</returns>
    public static CommitMark? Write(NpgsqlConnection connection, Guid token)
    {
        using var write = new NpgsqlCommand(FormattableString.Invariant($"SELECT mark_commit('{token}')"), connection);
        return write.ExecuteScalar() is long number ? new CommitMark(token, number) : null;
    }

    /// <summary>
    /// Whether the transaction was committed; null where its mark may have been removed. Waits for a transaction that still runs.
    /// What was not committed never will be: its token is taken.
    /// </summary>
    public bool? Ask(NpgsqlConnection connection)
    {
        using var take = new NpgsqlCommand(
            FormattableString.Invariant($"INSERT INTO commits (token, number) VALUES ('{Token}', {Taken}) ON CONFLICT (token) DO UPDATE SET token = excluded.token RETURNING number, txid_current()"),
            connection);
        using var answer = take.ExecuteReader();
        answer.Read();
        return answer.GetInt64(0) != Taken ? true
            : answer.GetInt64(1) > Number + Kept ? null
            : false;
    }
}
