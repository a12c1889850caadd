using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using Microsoft.Data.Sqlite;

namespace LightningOps.Tests.Gateway.Model;

/// <summary>
/// The rows an Aperture keeps of the services changed through its admin API: in the SQLite file its configuration names, with
/// Aperture's own table, or in memory for a database of another kind. They outlive the process.
/// </summary>
internal sealed class ApertureDatabase
{
    // As a database of release v0.5.0 has it.
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS services (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, address TEXT NOT NULL, protocol TEXT NOT NULL DEFAULT 'http',
            host_regexp TEXT NOT NULL DEFAULT '.*', path_regexp TEXT NOT NULL DEFAULT '', price BIGINT NOT NULL DEFAULT 0,
            auth TEXT NOT NULL DEFAULT '', created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL, auth_scheme TEXT NOT NULL DEFAULT 'l402');
        CREATE TABLE IF NOT EXISTS schema_migrations (version uint64, dirty bool);
        INSERT INTO schema_migrations SELECT 7, 0 WHERE NOT EXISTS (SELECT 1 FROM schema_migrations)
        """;

    private const string Upsert = """
        INSERT INTO services (name, address, protocol, host_regexp, path_regexp, price, auth, created_at, updated_at)
        VALUES ($name, $address, $protocol, $host, $path, $price, $auth, '2026-01-01', '2026-01-01')
        ON CONFLICT (name) DO UPDATE SET address = $address, protocol = $protocol, host_regexp = $host, path_regexp = $path, price = $price, auth = $auth
        """;

    private readonly Dictionary<string, GatewayService> rows = [];
    private readonly string? file;

    /// <param name="file">The SQLite file; null keeps the rows in memory.</param>
    public ApertureDatabase(string? file) => this.file = file;

    /// <summary>All rows, in the order of their names.</summary>
    public IReadOnlyList<GatewayService> Read()
    {
        if (file is null)
        {
            return rows.Values.OrderBy(static row => row.Name, System.StringComparer.Ordinal).ToArray();
        }

        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name, address, protocol, host_regexp, path_regexp, price, auth FROM services ORDER BY name";
        using var reader = command.ExecuteReader();
        var read = new List<GatewayService>();
        while (reader.Read())
        {
            read.Add(new GatewayService
            {
                Name = reader.GetString(0),
                Address = reader.GetString(1),
                Protocol = reader.GetString(2),
                HostRegexp = reader.GetString(3),
                PathRegexp = reader.GetString(4),
                PriceSats = reader.GetInt64(5),
                Auth = reader.GetString(6),
            });
        }

        return read;
    }

    public void Write(GatewayService service)
    {
        if (file is null)
        {
            rows[service.Name] = service with { Extras = [] };
            return;
        }

        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = Upsert;
        command.Parameters.AddWithValue("$name", service.Name);
        command.Parameters.AddWithValue("$address", service.Address);
        command.Parameters.AddWithValue("$protocol", service.Protocol);
        command.Parameters.AddWithValue("$host", service.HostRegexp);
        command.Parameters.AddWithValue("$path", service.PathRegexp);
        command.Parameters.AddWithValue("$price", service.PriceSats);
        command.Parameters.AddWithValue("$auth", service.Auth);
        command.ExecuteNonQuery();
    }

    public void Delete(string name)
    {
        if (file is null)
        {
            rows.Remove(name);
            return;
        }

        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM services WHERE name = $name";
        command.Parameters.AddWithValue("$name", name);
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Schema;
        command.ExecuteNonQuery();
        return connection;
    }
}
