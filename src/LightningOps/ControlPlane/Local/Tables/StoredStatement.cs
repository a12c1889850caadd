using System;
using System.Linq;
using Microsoft.Data.Sqlite;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>A statement prepared once and run with many values, given in the order of its parameters.</summary>
internal sealed class StoredStatement : IDisposable
{
    private readonly SqliteCommand command;
    private readonly SqliteParameter[] parameters;

    public StoredStatement(SqliteConnection connection, string sql, params string[] names)
    {
        command = connection.CreateCommand();
        command.CommandText = sql;
        parameters = names.Select(name => command.Parameters.AddWithValue(name, string.Empty)).ToArray();
        command.Prepare();
    }

    /// <summary>Sets the value of a parameter; null is NULL.</summary>
    public StoredStatement Set(int parameter, string? value)
    {
        parameters[parameter].SqliteType = SqliteType.Text;
        parameters[parameter].Value = value ?? (object)DBNull.Value;
        return this;
    }

    /// <summary>Sets the value of a parameter; null is NULL.</summary>
    public StoredStatement Set(int parameter, long? value)
    {
        parameters[parameter].SqliteType = SqliteType.Integer;
        parameters[parameter].Value = value ?? (object)DBNull.Value;
        return this;
    }

    /// <summary>Runs it; returns the number of changed rows.</summary>
    public int Run() => command.ExecuteNonQuery();

    /// <summary>The first row of the result, or null.</summary>
    public T? FirstRow<T>(Func<SqliteDataReader, T> read)
        where T : class
    {
        using var row = command.ExecuteReader();
        return row.Read() ? read(row) : null;
    }

    public void Dispose() => command.Dispose();
}
