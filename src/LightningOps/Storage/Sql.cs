using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace LightningOps.Storage;

/// <summary>The given conditions of a listing, so that a database can use an index for them.</summary>
internal sealed class SqlFilter
{
    private readonly List<string> conditions = [];
    private readonly List<(string Name, object? Value)> values = [];

    /// <summary>The values of the conditions.</summary>
    public (string Name, object? Value)[] Values => values.ToArray();

    /// <summary>Requires a value of a column; null adds no condition.</summary>
    public SqlFilter Where(string column, object? value)
    {
        if (value is not null)
        {
            var name = "@" + column;
            conditions.Add(column + " = " + name);
            values.Add((name, value));
        }

        return this;
    }

    /// <summary>Requires a text within a column; null adds no condition.</summary>
    public SqlFilter Containing(string column, string? text)
    {
        if (text is not null)
        {
            conditions.Add("instr(" + column + ", @" + column + ") > 0");
            values.Add(("@" + column, text));
        }

        return this;
    }

    /// <summary>Requires a time of a column from <paramref name="since"/> on and before <paramref name="until"/>; null is no bound.</summary>
    public SqlFilter Within(string column, long? since, long? until)
    {
        Compare(column, ">=", "since", since);
        Compare(column, "<", "until", until);
        return this;
    }

    /// <summary>The newest rows of a table under the conditions.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns to return.</param>
    /// <param name="first">Maximum number of rows.</param>
    /// <param name="order">Column that increases from row to row.</param>
    public string SelectNewest(string table, string columns, int first, string order = "sequence") =>
        "SELECT " + columns + " FROM " + table
        + (conditions.Count == 0 ? string.Empty : " WHERE " + string.Join(" AND ", conditions))
        + " ORDER BY " + order + " DESC LIMIT " + first.ToString(CultureInfo.InvariantCulture);

    private void Compare(string column, string comparison, string name, long? value)
    {
        if (value is not null)
        {
            conditions.Add(column + " " + comparison + " @" + name);
            values.Add(("@" + name, value));
        }
    }
}

/// <summary>Statements with their values, and rows with missing columns.</summary>
internal static class SqlStatements
{
    /// <summary>A statement with values; null is stored as NULL.</summary>
    public static DbCommand Statement(this DbConnection connection, string sql, params (string Name, object? Value)[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Runs a statement without rows; returns the number of changed rows.</summary>
    public static int Run(this DbConnection connection, string sql, params (string Name, object? Value)[] values)
    {
        using var command = connection.Statement(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>All rows of a query.</summary>
    public static List<T> Rows<T>(this DbConnection connection, Func<DbDataReader, T> read, string sql, params (string Name, object? Value)[] values)
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
    public static T? FirstRow<T>(this DbConnection connection, Func<DbDataReader, T> read, string sql, params (string Name, object? Value)[] values)
        where T : class
    {
        using var command = connection.Statement(sql, values);
        using var reader = command.ExecuteReader();
        return reader.Read() ? read(reader) : null;
    }

    /// <summary>The integer result of a query.</summary>
    public static long Integer(this DbConnection connection, string sql)
    {
        using var command = connection.Statement(sql);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>A text, or null if there is none.</summary>
    public static string? TextOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>An integer, or null if there is none.</summary>
    public static long? IntegerOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}

/// <summary>An enum as stored: the contract's lower snake case text.</summary>
internal static class EnumColumn<T>
    where T : struct, Enum
{
    private static readonly Dictionary<T, string> Texts =
        ((T[])Enum.GetValues(typeof(T))).ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    private static readonly Dictionary<string, T> Values = Texts.ToDictionary(text => text.Value, text => text.Key, StringComparer.Ordinal);

    /// <summary>The text of a value.</summary>
    public static string ToText(T value) => Texts[value];

    /// <summary>The value of a text.</summary>
    /// <exception cref="InvalidDataException">The store contains another value.</exception>
    public static T Parse(string text) =>
        Values.TryGetValue(text, out var value) ? value : throw new InvalidDataException("No " + typeof(T).Name + " is stored as it should be.");
}
