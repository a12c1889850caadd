using System.Collections.Generic;
using System.Globalization;

namespace LightningOps.ControlPlane.Local;

/// <summary>The conditions of a listing that were given, so that SQLite can use an index for them.</summary>
internal sealed class SqlFilter
{
    private readonly List<string> conditions = [];
    private readonly List<(string Name, object? Value)> values = [];

    /// <summary>The values of the conditions.</summary>
    public (string Name, object? Value)[] Values => values.ToArray();

    /// <summary>Asks for rows whose column has a value; null asks for nothing.</summary>
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

    /// <summary>Asks for rows whose column is a time from <paramref name="since"/> on and before <paramref name="until"/>; null is no bound.</summary>
    public SqlFilter Within(string column, long? since, long? until)
    {
        Compare(column, ">=", "since", since);
        Compare(column, "<", "until", until);
        return this;
    }

    /// <summary>The newest rows of a table under the conditions.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">What is wanted of a row.</param>
    /// <param name="first">At most so many rows.</param>
    /// <param name="order">Column that counts up from row to row.</param>
    public string NewestOf(string table, string columns, int first, string order = "sequence") =>
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
