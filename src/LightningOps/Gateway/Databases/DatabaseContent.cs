using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace LightningOps.Gateway.Databases;

/// <summary>A transaction of a database.</summary>
internal sealed record DatabaseTransaction(string? TokenId, string? IdentifierHash, string ServiceName, long PriceSats, bool IsSettled, string Scheme);

/// <summary>
/// Tokens, charges and services of a database, read from named columns only. The secrets themselves are never read
/// (docs/reference/aperture.md#database).
/// </summary>
internal sealed class DatabaseContent
{
    /// <summary>Schema of release v0.5.0.</summary>
    public const long ReleaseSchema = 7;

    /// <summary>Schema of the main branch of August 2026, which records spent charges.</summary>
    public const long MainSchema = 9;

    public required long Schema { get; init; }

    /// <summary>Hashes of the stored secrets. A token whose hash is listed opens.</summary>
    public required HashSet<string> Secrets { get; init; }

    public required IReadOnlyList<DatabaseTransaction> Transactions { get; init; }

    /// <summary>Each service as one text, by name.</summary>
    public required IReadOnlyDictionary<string, string> Services { get; init; }

    /// <summary>Payment hashes of spent charges.</summary>
    public required HashSet<string> Charges { get; init; }

    /// <summary>Tables and columns that are read, each with the first schema that has it.</summary>
    public static readonly (string Table, string[] Columns, long Schema)[] Tables =
    [
        ("schema_migrations", ["version", "dirty"], ReleaseSchema),
        ("secrets", ["hash"], ReleaseSchema),
        ("l402_transactions", ["token_id", "identifier_hash", "service_name", "price_sats", "state", "auth_type"], ReleaseSchema),
        ("services", ["name", "address", "protocol", "host_regexp", "path_regexp", "price", "auth", "auth_scheme"], ReleaseSchema),
        ("mpp_consumed_charges", ["payment_hash"], MainSchema),
    ];

    /// <param name="place">Source, for failures.</param>
    /// <param name="read">Returns the rows of a table: null for SQL null, bytes as hex.</param>
    /// <exception cref="ApertureDatabaseException">The schema is unknown.</exception>
    public static DatabaseContent From(string place, Func<string, string[], IReadOnlyList<string?[]>> read)
    {
        var version = Read("schema_migrations");
        if (version.Count != 1 || !long.TryParse(version[0][0], NumberStyles.None, CultureInfo.InvariantCulture, out var schema))
        {
            throw ApertureDatabaseException.Unreadable(place, "it has no schema of Aperture");
        }

        var isDirty = version[0][1] is not ("0" or "f");
        if (isDirty || schema is not (ReleaseSchema or MainSchema))
        {
            throw ApertureDatabaseException.UnknownSchema(place, schema, isDirty);
        }

        return new DatabaseContent
        {
            Schema = schema,
            Secrets = new HashSet<string>(Read("secrets").Select(static row => row[0]!), StringComparer.Ordinal),
            Transactions = Read("l402_transactions").Select(static row => new DatabaseTransaction(row[0], row[1], row[2]!, long.Parse(row[3]!, CultureInfo.InvariantCulture), row[4] == "settled", row[5]!)).ToArray(),
            Services = Read("services").ToDictionary(static row => row[0]!, static row => string.Join("\n", row.Skip(1)), StringComparer.Ordinal),
            Charges = new HashSet<string>(schema < MainSchema ? [] : Read("mpp_consumed_charges").Select(static row => row[0]!), StringComparer.Ordinal),
        };

        IReadOnlyList<string?[]> Read(string table) => read(table, Tables.Single(one => one.Table == table).Columns);
    }

    /// <summary>Reads a plain dump of pg_dump: the COPY blocks of the tables, by column name.</summary>
    /// <exception cref="ApertureDatabaseException">The text is not such a dump, or its schema is unknown.</exception>
    public static DatabaseContent FromDump(string place, byte[] dump)
    {
        var tables = new Dictionary<string, (string[] Columns, List<string[]> Rows)>(StringComparer.Ordinal);
        using (var reader = new StreamReader(new MemoryStream(dump), new UTF8Encoding(false)))
        {
            while (reader.ReadLine() is { } line)
            {
                if (FindTable(line) is not var (name, columns))
                {
                    continue;
                }

                var rows = new List<string[]>();
                while (reader.ReadLine() is { } row && row != "\\.")
                {
                    rows.Add(row.Split('\t'));
                }

                tables[name] = (columns, rows);
            }
        }

        return From(place, (table, columns) =>
        {
            if (!tables.TryGetValue(table, out var found) || columns.Any(column => !found.Columns.Contains(column)))
            {
                throw ApertureDatabaseException.Unreadable(place, "it has no table " + table + " with the columns " + string.Join(", ", columns));
            }

            var places = columns.Select(column => Array.IndexOf(found.Columns, column)).ToArray();
            return found.Rows.Select(row => places.Select(one => Unescape(row[one])).ToArray()).ToArray();
        });
    }

    private static (string Name, string[] Columns)? FindTable(string line)
    {
        const string Begin = "COPY ";
        const string End = ") FROM stdin;";
        var open = line.IndexOf(" (", StringComparison.Ordinal);
        if (!line.StartsWith(Begin, StringComparison.Ordinal) || !line.EndsWith(End, StringComparison.Ordinal) || open < 0)
        {
            return null;
        }

        var name = line.Substring(Begin.Length, open - Begin.Length);
        return (name.Substring(name.LastIndexOf('.') + 1), line.Substring(open + 2, line.Length - open - 2 - End.Length).Split([", "], StringSplitOptions.None));
    }

    /// <summary>A value of COPY's text format; bytes (\\x6162) become hex in lower case.</summary>
    private static string? Unescape(string value)
    {
        if (value == "\\N")
        {
            return null;
        }

        if (value.StartsWith("\\\\x", StringComparison.Ordinal))
        {
            return value.Substring(3);
        }

        if (value.IndexOf('\\') < 0)
        {
            return value;
        }

        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            text.Append(value[i] != '\\' || i + 1 == value.Length ? value[i] : value[++i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', 'v' => '\v', var other => other });
        }

        return text.ToString();
    }
}
