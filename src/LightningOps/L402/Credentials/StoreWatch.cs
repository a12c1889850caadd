using System;
using LightningOps.ControlPlane.Local;
using Microsoft.Data.Sqlite;

namespace LightningOps.L402.Credentials;

/// <summary>
/// Tells cheaply whether anybody has written to a store: SQLite keeps a number that changes for a connection when
/// another one commits (https://www.sqlite.org/pragma.html#pragma_data_version).
/// </summary>
internal sealed class StoreWatch : IDisposable
{
    private readonly object gate = new();
    private readonly SqliteConnection connection;
    private readonly SqliteCommand question;

    private StoreWatch(SqliteConnection connection)
    {
        this.connection = connection;
        question = connection.Statement("PRAGMA data_version");
        question.Prepare();
    }

    /// <summary>Watches a store that is there already, over a connection that writes nothing.</summary>
    public static StoreWatch Open(string path)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            return new StoreWatch(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A number that is another once somebody has written.</summary>
    public long Version()
    {
        lock (gate)
        {
            return (long)question.ExecuteScalar()!;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            question.Dispose();
            connection.Dispose();
        }
    }
}
