using System;
using System.Threading;
using LightningOps.Gateway.ApertureFile;
using Microsoft.Data.Sqlite;

namespace LightningOps.TestProcess.Verbs;

/// <summary><c>hold-database path mode</c>: opens a SQLite file with a journal mode, reads it once, says its process id and does nothing more until it is killed.</summary>
internal sealed class HoldDatabase : IVerb
{
    public string Name => "hold-database";

    public int Run(string[] arguments)
    {
        ApertureDatabaseFile.RequireLibrary();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = arguments[0], Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=" + arguments[1];
        command.ExecuteNonQuery();
        command.CommandText = "SELECT COUNT(*) FROM secrets";
        command.ExecuteScalar();
        Console.WriteLine(Environment.ProcessId);
        Thread.Sleep(Timeout.Infinite);
        return 1;
    }
}
