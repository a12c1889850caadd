using System;
using System.Collections.Generic;
using Microsoft.Data.Sqlite;

namespace LightningOps.ControlPlane.Local;

/// <summary>Statements with their values, and rows with absent columns.</summary>
internal static class SqlStatements
{
    /// <summary>A statement with values; null is stored as NULL.</summary>
    public static SqliteCommand Statement(this SqliteConnection connection, string sql, params (string Name, object? Value)[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }

    /// <summary>Runs a statement that gives no rows; returns how many it changed.</summary>
    public static int Run(this SqliteConnection connection, string sql, params (string Name, object? Value)[] values)
    {
        using var command = connection.Statement(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>All rows of a query.</summary>
    public static List<T> Rows<T>(this SqliteConnection connection, Func<SqliteDataReader, T> read, string sql, params (string Name, object? Value)[] values)
    {
        using var command = connection.Statement(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The first row of a query, or null.</summary>
    public static T? FirstRow<T>(this SqliteConnection connection, Func<SqliteDataReader, T> read, string sql, params (string Name, object? Value)[] values)
        where T : class
    {
        using var command = connection.Statement(sql, values);
        using var reader = command.ExecuteReader();
        return reader.Read() ? read(reader) : null;
    }

    /// <summary>The one integer a query gives.</summary>
    public static long Integer(this SqliteConnection connection, string sql)
    {
        using var command = connection.Statement(sql);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>A text, or null where there is none.</summary>
    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>An integer, or null where there is none.</summary>
    public static long? IntegerOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
