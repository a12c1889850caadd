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

    /// <summary>The newest rows of a table under the conditions.</summary>
    public string NewestOf(string table, string columns, int first) =>
        "SELECT " + columns + " FROM " + table
        + (conditions.Count == 0 ? string.Empty : " WHERE " + string.Join(" AND ", conditions))
        + " ORDER BY sequence DESC LIMIT " + first.ToString(CultureInfo.InvariantCulture);
}
