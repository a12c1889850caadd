using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;
using LightningOps.Tests.Support;
using Npgsql;
using Xunit;

namespace LightningOps.Tests.Storage.Postgres;

/// <summary>Writes whose connection breaks during the commit, on a server of their own that writes nothing to disk before a commit.</summary>
public sealed class PostgresCommitTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [OwnPostgresFact]
    public async Task A_write_that_a_killed_server_lost_is_repeated_although_another_transaction_has_its_number()
    {
        // Only a separate server can be killed.
        using var server = StartServer();
        using var database = new PostgresDatabase(server, isMigrated: true);
        using var store = new PostgresStore(database.Options());
        var runs = 0;
        var first = 0L;

        var answer = await store.WriteAsync(
            connection =>
            {
                Add(connection, "mine");
                if (++runs == 1)
                {
                    // The server gives numbers that no record on disk names to other transactions.
                    first = Current(connection);
                    server.Kill();
                    server.Launch();
                    while ((long)database.Scalar("SELECT txid_current()")! < first)
                    {
                    }
                }

                return runs;
            },
            None);

        Assert.Equal("committed", database.Scalar("SELECT txid_status(" + first + ")"));
        Assert.Equal(2, answer);
        Assert.Equal(1L, database.Scalar("SELECT count(*) FROM lightningops.gateway_records WHERE gateway = 'mine'"));
    }

    [OwnPostgresFact]
    public async Task A_write_that_a_killed_server_lost_is_repeated_at_once()
    {
        using var server = StartServer();
        using var database = new PostgresDatabase(server, isMigrated: true);
        using var store = new PostgresStore(database.Options());
        var runs = 0;

        var answer = await store.WriteAsync(
            connection =>
            {
                Add(connection, "mine");
                if (++runs == 1)
                {
                    server.Kill();
                    server.Launch();
                }

                return runs;
            },
            None);

        Assert.Equal(2, answer);
        Assert.Equal(1L, database.Scalar("SELECT count(*) FROM lightningops.gateway_records WHERE gateway = 'mine'"));
    }

    [PostgresFact]
    public void A_question_tells_what_was_committed_and_takes_the_token_of_what_was_not()
    {
        using var database = new PostgresDatabase();
        using var writer = Open(database);
        using var asker = Open(database);

        var committed = Write(writer, isCommitted: true);
        var lost = Write(writer, isCommitted: false);

        Assert.True(committed.Ask(asker));
        Assert.False(lost.Ask(asker));
        // The answer of a question may be lost as well.
        Assert.False(lost.Ask(asker));
        Assert.True(committed.Ask(asker));
        Assert.Equal("23505", Assert.Throws<PostgresException>(() => Write(writer, isCommitted: true, lost.Token)).SqlState);
    }

    [PostgresFact]
    public void A_question_waits_for_a_transaction_that_still_runs()
    {
        using var database = new PostgresDatabase();
        using var writer = Open(database);
        using var asker = Open(database);
        using var running = writer.BeginTransaction();
        var mark = Write(writer, Guid.NewGuid());
        Run(asker, "SET lock_timeout = '50ms'");

        Assert.Equal("55P03", Assert.Throws<PostgresException>(() => mark.Ask(asker)).SqlState);
        running.Commit();

        Assert.True(mark.Ask(asker));
    }

    [PostgresFact]
    public void A_token_that_may_have_been_removed_tells_nothing()
    {
        using var database = new PostgresDatabase();
        using var asker = Open(database);
        var now = (long)Run(asker, "SELECT txid_current()")!;

        Assert.Null(new CommitMark(Guid.NewGuid(), now - 100_001).Ask(asker));
        Assert.False(new CommitMark(Guid.NewGuid(), now - 99_000).Ask(asker));
    }

    [PostgresFact]
    public void Old_tokens_are_removed_and_the_last_ones_are_kept()
    {
        using var database = new PostgresDatabase();
        using var writer = Open(database);
        var now = (long)Run(writer, "SELECT txid_current()")!;
        Run(writer, FormattableString.Invariant($"INSERT INTO commits SELECT gen_random_uuid(), {now} - 102000 + n FROM generate_series(1, 3000) n"));

        for (var i = 0; i < 1024; i++)
        {
            Write(writer, isCommitted: true);
        }

        Assert.InRange((long)Run(writer, FormattableString.Invariant($"SELECT min(number) FROM commits"))!, now - 100_000, now - 98_970);
        Assert.Equal(1024L, Run(writer, FormattableString.Invariant($"SELECT count(*) FROM commits WHERE number > {now}")));
    }

    [PostgresFact]
    public void A_transaction_that_wrote_nothing_has_no_token()
    {
        using var database = new PostgresDatabase();
        using var reader = Open(database);
        using var transaction = reader.BeginTransaction();

        Run(reader, "SELECT count(*) FROM gateway_records");

        Assert.Null(CommitMark.Write(reader, Guid.NewGuid()));
    }

    private static CommitMark Write(NpgsqlConnection connection, bool isCommitted, Guid? token = null)
    {
        using var transaction = connection.BeginTransaction();
        var mark = Write(connection, token ?? Guid.NewGuid());
        if (isCommitted)
        {
            transaction.Commit();
        }

        return mark;
    }

    private static CommitMark Write(NpgsqlConnection connection, Guid token)
    {
        Run(connection, "SELECT txid_current()");
        return CommitMark.Write(connection, token)!;
    }

    private static NpgsqlConnection Open(PostgresDatabase database)
    {
        var connection = new NpgsqlConnection(database.Connection + ";Pooling=false;Search Path=lightningops;Password=" + database.Server.Password);
        connection.Open();
        return connection;
    }

    private static object? Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    private static PostgresServer StartServer() => PostgresServer.Start("fsync=on", "wal_writer_delay=10s", "bgwriter_delay=10s", "autovacuum=off");

    private static void Add(NpgsqlConnection connection, string gateway)
    {
        using var add = new NpgsqlCommand("INSERT INTO gateway_records (gateway, document, updated_at_ms) VALUES ('" + gateway + "', '{}', 1)", connection);
        add.ExecuteNonQuery();
    }

    private static long Current(NpgsqlConnection connection) => (long)Run(connection, "SELECT txid_current()")!;
}
