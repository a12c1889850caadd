using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using LightningOps.Settings;
using Npgsql;

namespace LightningOps.Storage.Postgres;

/// <summary>
/// The address of a PostgreSQL database: a connection string, a URI or a service of pg_service.conf, without a
/// password. TLS is verified unless the server is on loopback (docs/reference/postgres.md#connection).
/// </summary>
internal sealed class PostgresAddress
{
    private const int DefaultPort = 5432;
    private const string Variable = EnvironmentVariables.Postgres;

    private static readonly Dictionary<string, string> LibpqKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        ["host"] = "Host",
        ["hostaddr"] = "Host",
        ["port"] = "Port",
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["passfile"] = "Passfile",
        ["target_session_attrs"] = "Target Session Attributes",
    };

    private static readonly string[] PasswordKeys = ["password", "psw", "pwd", "pgpassword"];

    private PostgresAddress(NpgsqlConnectionStringBuilder settings) => Settings = settings;

    /// <summary>The settings of a connection, without a password.</summary>
    public NpgsqlConnectionStringBuilder Settings { get; }

    /// <summary>Host, port and database, for messages.</summary>
    public string Name => FormattableString.Invariant($"{Settings.Host}:{Settings.Port}/{Settings.Database}");

    /// <summary>Reads an address.</summary>
    /// <param name="text">A connection string, a URI or the name of a service.</param>
    /// <param name="environment">Source of PGSERVICEFILE and HOME.</param>
    /// <exception cref="ConfigException">It is malformed, contains a password, or would send data over an unverified connection to another machine.</exception>
    public static PostgresAddress Parse(string text, OperatorEnvironment environment)
    {
        var values = ReadValues(text.Trim(), environment);
        if (values.Keys.Any(key => PasswordKeys.Contains(key.Trim(), StringComparer.OrdinalIgnoreCase)))
        {
            throw new ConfigException(
                Variable,
                "must not contain a password",
                "Remove the password, and set it with Connect-LightningOps -PostgresPassword, " + EnvironmentVariables.PostgresPassword + " or a passfile (~/.pgpass).");
        }

        var settings = new NpgsqlConnectionStringBuilder();
        var given = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in values)
        {
            given.Add(Set(settings, pair.Key, pair.Value));
        }

        return Complete(settings, given);
    }

    /// <summary>The address of a database by its parts.</summary>
    /// <param name="host">Host of the server.</param>
    /// <param name="port">Port of the server.</param>
    /// <param name="database">Name of the database.</param>
    /// <param name="role">The role that connects.</param>
    /// <param name="requiresTls">Whether TLS is required on loopback, too; it is always verified elsewhere.</param>
    /// <exception cref="ConfigException">A part is missing.</exception>
    public static PostgresAddress From(string host, int port, string database, string role, bool requiresTls) => Complete(
        new NpgsqlConnectionStringBuilder { Host = host, Port = port, Database = database, Username = role, SslMode = requiresTls ? SslMode.Require : SslMode.Prefer },
        new HashSet<string>(StringComparer.OrdinalIgnoreCase));

    private static PostgresAddress Complete(NpgsqlConnectionStringBuilder settings, HashSet<string> given)
    {
        if (string.IsNullOrWhiteSpace(settings.Host))
        {
            throw new ConfigException(Variable, "names no host", "Specify a host, for example Host=db.example.com;Database=lightning;Username=operator.");
        }

        if (string.IsNullOrWhiteSpace(settings.Database))
        {
            throw new ConfigException(Variable, "names no database", "Specify a database, for example Host=db.example.com;Database=lightning;Username=operator.");
        }

        settings.Port = settings.Port == 0 ? DefaultPort : settings.Port;
        var isHere = settings.Host!.Split(',').All(IsLoopback);
        if (!isHere)
        {
            settings.SslMode = !given.Contains("SSLMode") ? SslMode.VerifyFull
                : settings.SslMode is SslMode.VerifyFull or SslMode.VerifyCA ? settings.SslMode
                : throw new ConfigException(Variable, "does not verify the server: SSL Mode=" + settings.SslMode, "Remove SSL Mode, or use VerifyFull and name the certificate authority with Root Certificate. Only a server on loopback is used without TLS.");
        }

        // No prepared statement and no session setting outlives a transaction, so that a pooler may give each transaction another session.
        settings.ApplicationName = string.IsNullOrEmpty(settings.ApplicationName) ? "LightningOps" : settings.ApplicationName;
        settings.NoResetOnClose = true;
        settings.MaxAutoPrepare = 0;
        settings.Multiplexing = false;
        settings.Enlist = false;
        settings.IncludeErrorDetail = false;
        settings.PersistSecurityInfo = false;
        settings.Timeout = given.Contains("Timeout") ? settings.Timeout : 10;
        settings.CommandTimeout = given.Contains("CommandTimeout") ? settings.CommandTimeout : 120;
        settings.MaxPoolSize = given.Contains("MaximumPoolSize") ? settings.MaxPoolSize : 4;
        return new PostgresAddress(settings);
    }

    private static string Set(NpgsqlConnectionStringBuilder settings, string key, string value)
    {
        var name = LibpqKeys.TryGetValue(key.Trim(), out var known) ? known : key.Trim();
        try
        {
            settings[name] = name.Replace(" ", string.Empty).ToUpperInvariant() is "SSLMODE" or "TARGETSESSIONATTRIBUTES" ? value.Replace("-", string.Empty) : value;
            return name.Replace(" ", string.Empty);
        }
        catch (Exception failure) when (failure is ArgumentException or KeyNotFoundException or FormatException or InvalidCastException or OverflowException)
        {
            // The value is not repeated, because it may be a misplaced secret.
            throw new ConfigException(Variable, "has an unknown key or an invalid value: " + name, "Correct " + name + ". Keys are those of Npgsql or libpq.");
        }
    }

    private static Dictionary<string, string> ReadValues(string text, OperatorEnvironment environment)
    {
        if (text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase))
        {
            return ReadUri(text);
        }

        if (text.IndexOf('=') < 0)
        {
            return ReadService(text, environment);
        }

        // libpq separates by white space, Npgsql by semicolons.
        var parts = text.IndexOf(';') < 0 && text.Count(static letter => letter == '=') > 1
            ? text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries)
            : text.Split(';');
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.Where(static part => part.Trim().Length > 0))
        {
            var split = part.IndexOf('=');
            if (split <= 0)
            {
                throw new ConfigException(Variable, "is not a connection string", "Specify Key=value pairs separated by semicolons, for example Host=db.example.com;Database=lightning;Username=operator.");
            }

            values[part.Substring(0, split).Trim()] = part.Substring(split + 1).Trim().Trim('\'', '"');
        }

        if (values.TryGetValue("service", out var service))
        {
            values.Remove("service");
            var defaults = ReadService(service, environment);
            foreach (var pair in values)
            {
                defaults[pair.Key] = pair.Value;
            }

            return defaults;
        }

        return values;
    }

    private static Dictionary<string, string> ReadUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            throw new ConfigException(Variable, "is not a URI", "Specify postgresql://user@host:5432/database.");
        }

        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["host"] = uri.Host.Trim('[', ']') };
        if (uri.Port > 0)
        {
            values["port"] = uri.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (uri.AbsolutePath.Trim('/') is { Length: > 0 } database)
        {
            values["dbname"] = Uri.UnescapeDataString(database);
        }

        var user = uri.UserInfo.Split([':'], 2);
        if (user.Length > 1)
        {
            values["password"] = string.Empty;
        }

        if (user[0].Length > 0)
        {
            values["user"] = Uri.UnescapeDataString(user[0]);
        }

        foreach (var pair in uri.Query.TrimStart('?').Split('&').Where(static pair => pair.Length > 0))
        {
            var split = pair.Split(['='], 2);
            values[Uri.UnescapeDataString(split[0])] = split.Length > 1 ? Uri.UnescapeDataString(split[1]) : string.Empty;
        }

        return values;
    }

    // https://www.postgresql.org/docs/15/libpq-pgservice.html
    private static Dictionary<string, string> ReadService(string name, OperatorEnvironment environment)
    {
        var file = environment.Find("PGSERVICEFILE")
            ?? Path.Combine(environment.Find("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pg_service.conf");
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException(Variable, "names the service " + name + ", but " + file + " cannot be read", "Add the service to " + file + ", or specify a connection string.");
        }

        Dictionary<string, string>? values = null;
        foreach (var line in lines.Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '[')
            {
                if (values is not null)
                {
                    break;
                }

                values = line == "[" + name + "]" ? new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) : null;
            }
            else if (values is not null && line.IndexOf('=') is > 0 and var split)
            {
                values[line.Substring(0, split).Trim()] = line.Substring(split + 1).Trim();
            }
        }

        return values ?? throw new ConfigException(Variable, "names the service " + name + ", which is not in " + file, "Add [" + name + "] to " + file + ", or specify a connection string.");
    }

    private static bool IsLoopback(string host)
    {
        var name = host.Trim();
        var address = name.StartsWith("[", StringComparison.Ordinal) ? name.Trim('[', ']') : name.Count(static letter => letter == ':') == 1 ? name.Split(':')[0] : name;
        return name.StartsWith("/", StringComparison.Ordinal)
            || string.Equals(address, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address, out var ip) && IPAddress.IsLoopback(ip));
    }
}
