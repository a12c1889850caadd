using System;
using System.IO;
using System.Linq;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace LightningOps.Tests.Gateway.ApertureFile;

/// <summary>Databases as two real versions left them are read, and not touched.</summary>
public sealed class ApertureDatabaseFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Database => folder.File("a%20 #b?.db");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("aperture/db/aperture-v0.5.0.db")]
    [InlineData("aperture/db/aperture-main-7ee3ed7.db")]
    public void The_rows_of_a_recorded_database_are_read_and_no_file_is_made(string recorded)
    {
        File.Copy(Vectors.GetPath(recorded), Database);
        var before = File.ReadAllBytes(Database);

        var (rows, trouble) = ApertureDatabaseFile.Read(Database);

        Assert.Null(trouble);
        Assert.Equal([("one", 6L, "on"), ("pw16.route_pw16", 2L, "on")], rows!.Select(static row => (row.Name, row.PriceSats, row.Auth)));
        Assert.Equal((@"^shop\.example\.com$", "^/docs/.*$", "127.0.0.1:9100", "http"), (rows![1].HostRegexp, rows[1].PathRegexp, rows[1].Address, rows[1].Protocol));
        Assert.All(rows, static row => Assert.Empty(row.Extras));
        Assert.Equal(before, File.ReadAllBytes(Database));
        Assert.Equal([Database], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_write_ahead_log_is_read_with_it_and_not_made_where_there_is_none()
    {
        File.Copy(Vectors.GetPath("aperture/db/aperture-v0.5.0.db"), Database);
        using (var running = Open("PRAGMA journal_mode=WAL; UPDATE services SET price = 77 WHERE name = 'one'"))
        {
            Assert.Equal(77, ApertureDatabaseFile.Read(Database).Rows![0].PriceSats);
            Assert.Equal(3, Directory.GetFiles(folder.Path).Length);
        }

        // Its process has ended: the log is gone, and reading creates none.
        Assert.Equal([Database], Directory.GetFiles(folder.Path));
        Assert.Equal(77, ApertureDatabaseFile.Read(Database).Rows![0].PriceSats);
        Assert.Equal([Database], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_log_that_a_crash_left_is_read_and_no_index_is_made_beside_it()
    {
        var running = folder.File("running.db");
        File.Copy(Vectors.GetPath("aperture/db/aperture-v0.5.0.db"), running);
        using (Open("PRAGMA journal_mode=WAL; UPDATE services SET price = 77 WHERE name = 'one'", running))
        {
            File.Copy(running, Database);
            File.Copy(running + "-wal", Database + "-wal");
        }

        var counts = ApertureDatabaseFile.Count(Database);

        Assert.Equal(77, ApertureDatabaseFile.Read(Database).Rows![0].PriceSats);
        Assert.Null(counts.Trouble);
        Assert.False(File.Exists(Database + "-shm"));
        Assert.True(new FileInfo(Database + "-wal").Length > 0);
    }

    [Theory]
    [InlineData("UPDATE schema_migrations SET version = 8")]
    [InlineData("UPDATE schema_migrations SET dirty = 1")]
    [InlineData("DELETE FROM schema_migrations")]
    [InlineData("ALTER TABLE services DROP COLUMN auth_scheme")]
    public void A_schema_that_is_not_known_is_not_read(string change)
    {
        File.Copy(Vectors.GetPath("aperture/db/aperture-v0.5.0.db"), Database);
        Open(change).Dispose();

        var (rows, trouble) = ApertureDatabaseFile.Read(Database);

        Assert.Null(rows);
        Assert.NotNull(trouble);
    }

    [Fact]
    public void A_locked_database_and_one_that_is_not_there_are_not_known()
    {
        Assert.Null(ApertureDatabaseFile.Read(Database).Rows);
        File.Copy(Vectors.GetPath("aperture/db/aperture-v0.5.0.db"), Database);
        using var holder = Open("BEGIN EXCLUSIVE");

        Assert.Null(ApertureDatabaseFile.Read(Database).Rows);
        Assert.Contains("locked", ApertureDatabaseFile.Read(Database).Trouble, StringComparison.Ordinal);
    }

    private SqliteConnection Open(string text, string? path = null)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path ?? Database, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
        return connection;
    }
}
