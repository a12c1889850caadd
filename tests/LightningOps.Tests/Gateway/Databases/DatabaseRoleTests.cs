using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Databases;
using LightningOps.Settings;
using LightningOps.Status;
using LightningOps.Tests.Docs;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Npgsql;
using Xunit;
using PostgresFactAttribute = LightningOps.Tests.Support.PostgresFactAttribute;

namespace LightningOps.Tests.Gateway.Databases;

/// <summary>
/// A PostgreSQL database with the schema of Aperture's own migrations, read by the role of docs/reference/aperture.md#reading-role,
/// in a real server.
/// </summary>
public sealed class DatabaseRoleTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>, IDisposable
{
    private const int ReleaseStep = 7;
    private const int MainStep = 9;
    private const string Password = "READERPASSWORD";
    private const string AdminOn = "admin:\n  enabled: true\n  macaroonpath: '/nowhere/admin.macaroon'\n";
    private readonly TemporaryFolder folder = new();
    private readonly string role = "reader_" + Guid.NewGuid().ToString("N");
    private bool isMade;

    private static readonly string[] Grants = Regex.Matches(Section(), "```sql\n(.*?)```", RegexOptions.Singleline).Select(static match => match.Groups[1].Value).ToArray();

    private DatabaseAddress Address
    {
        get
        {
            var place = new NpgsqlConnectionStringBuilder(database.Connection);
            return new DatabaseAddress(place.Host!, place.Port, "aperture", place.Database!, RequiresTls: false);
        }
    }

    public void Dispose()
    {
        if (isMade)
        {
            database.Execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP OWNED BY " + role + "; DROP ROLE " + role);
        }

        folder.Dispose();
    }

    [PostgresTheory]
    [InlineData(ReleaseStep)]
    [InlineData(MainStep)]
    public void The_role_of_the_page_reads_the_services_and_nothing_else(int step)
    {
        Migrate(step);
        Grant(Grants[0]);
        database.Execute("INSERT INTO secrets (hash, secret, created_at) VALUES ('\\x01', '\\x02', now())");
        Sell("one", 6, "on", "l402");
        Sell("O'Brien \"⚡\" %", 12, "freebie 3", "l402+mpp");

        var (rows, trouble) = Find()!.ReadServices(Address);

        Assert.Null(trouble);
        Assert.Equal([("O'Brien \"⚡\" %", 12L, "freebie 3", "authscheme=l402+mpp"), ("one", 6L, "on", string.Empty)], rows!.OrderBy(static row => row.Name, StringComparer.Ordinal).Select(static row => (row.Name, row.PriceSats, row.Auth, string.Join(",", row.Extras))));
        Assert.Equal(("^shop$", "^/x$", "127.0.0.1:9", "http"), (rows![0].HostRegexp, rows[0].PathRegexp, rows[0].Address, rows[0].Protocol));
        foreach (var statement in new[] { "SELECT secret FROM secrets", "SELECT count(*) FROM secrets", "SELECT token_id FROM l402_transactions", "SELECT id FROM services", "UPDATE services SET price = 1", "DELETE FROM services", "INSERT INTO schema_migrations VALUES (1, false)", "CREATE TABLE other (id int)" })
        {
            Assert.Equal("42501", Assert.Throws<PostgresException>(() => RunAsReader(statement)).SqlState);
        }

        // Without the grants for counting, the growth is not known.
        var (counts, reason) = Find()!.Count(Address);
        Assert.Null(counts);
        Assert.Contains("permission denied for table secrets", reason, StringComparison.Ordinal);
        Grant(Grants[1]);
        database.Execute("INSERT INTO l402_transactions (payment_hash, service_name, price_sats, state, created_at) VALUES ('\\x01', 'one', 6, 'settled', now()), ('\\x02', 'one', 6, 'pending', now()), ('\\x03', 'one', 6, 'pending', now())");
        Assert.Equal(new ApertureRowCounts(1, 3, 1), Find()!.Count(Address).Counts!.Value.Rows);
        Assert.True(Find()!.Count(Address).Counts!.Value.Bytes > 1_000_000);
        Assert.Equal("42501", Assert.Throws<PostgresException>(() => RunAsReader("SELECT secret FROM secrets")).SqlState);
        Assert.Equal("42501", Assert.Throws<PostgresException>(() => RunAsReader("SELECT token_id FROM l402_transactions")).SqlState);
    }

    [PostgresTheory]
    [InlineData("UPDATE schema_migrations SET version = 10", "schema 10, which is not known: 7 (v0.5.0) and 9 (main) are")]
    [InlineData("UPDATE schema_migrations SET version = 6", "schema 6, which is not known")]
    [InlineData("UPDATE schema_migrations SET dirty = true", "schema 9, whose migration was not finished")]
    [InlineData("DELETE FROM schema_migrations", "has no schema")]
    [InlineData("DROP TABLE services", "Start Aperture with it once")]
    [InlineData("REVOKE USAGE ON SCHEMA public FROM PUBLIC, {role}", "grant USAGE on the schema")]
    [InlineData("REVOKE SELECT (price) ON services FROM {role}", "has too few rights (permission denied for table services)")]
    [InlineData("ALTER ROLE {role} NOLOGIN", "rejects the role")]
    [InlineData("ALTER ROLE {role} PASSWORD 'another'", "rejects the role")]
    public void What_is_not_as_known_is_not_read_and_its_reason_has_no_secret(string change, string reason)
    {
        Migrate(MainStep);
        Grant(Grants[0]);
        database.Execute(change.Replace("{role}", role, StringComparison.Ordinal));

        var (rows, trouble) = Find()!.ReadServices(Address);

        Assert.Null(rows);
        Assert.Contains(reason, trouble, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, trouble, StringComparison.Ordinal);
    }

    [PostgresFact]
    public void Tables_in_the_schema_of_Apertures_user_are_read_before_those_of_public()
    {
        Migrate(MainStep);
        Grant(Grants[0]);
        Sell("other", 1, "on", "l402");
        database.Execute("CREATE SCHEMA \"Ap\"\"erture\"; SET search_path = \"Ap\"\"erture\"; " + Steps(MainStep) + Version(MainStep) + Grants[0].Replace("SCHEMA public", "SCHEMA \"Ap\"\"erture\"", StringComparison.Ordinal).Replace("CREATE ROLE lightningops_reader LOGIN;", string.Empty, StringComparison.Ordinal).Replace("lightningops_reader", role, StringComparison.Ordinal));
        try
        {
            var (rows, trouble) = Find()!.ReadServices(Address with { User = "Ap\"erture" });

            Assert.Null(trouble);
            Assert.Empty(rows!);
            Assert.Equal(["other"], Find()!.ReadServices(Address).Rows!.Select(static row => row.Name));
        }
        finally
        {
            database.Execute("DROP SCHEMA \"Ap\"\"erture\" CASCADE");
        }
    }

    [PostgresFact]
    public void A_server_that_is_not_there_and_a_lock_are_not_known_in_time()
    {
        Migrate(MainStep);
        Grant(Grants[0]);
        Assert.Contains("cannot be read", Find()!.ReadServices(Address with { Port = 9 }).Trouble, StringComparison.Ordinal);
        Assert.Contains("no such database", Find()!.ReadServices(Address with { Database = "none_" + role }).Trouble, StringComparison.Ordinal);

        using var holder = new NpgsqlConnection(database.Connection + ";Pooling=false;Password=" + database.Server.Password);
        holder.Open();
        using var transaction = holder.BeginTransaction();
        using (var command = new NpgsqlCommand("LOCK TABLE services IN ACCESS EXCLUSIVE MODE", holder))
        {
            command.ExecuteNonQuery();
        }

        Assert.Contains("it is locked", Find()!.ReadServices(Address).Trouble, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_row_before_the_file_is_known_while_the_admin_API_is_not()
    {
        Migrate(MainStep);
        Grant(string.Concat(Grants));
        Sell("one", 6, "on", "l402");
        database.Execute("INSERT INTO secrets (hash, secret, created_at) VALUES ('\\x01', '\\x02', now()), ('\\x03', '\\x04', now())");
        database.Execute("INSERT INTO l402_transactions (payment_hash, service_name, price_sats, state, created_at) VALUES ('\\x01', 'one', 6, 'settled', now()), ('\\x02', 'one', 6, 'pending', now())");
        var path = folder.File("aperture.yaml");
        await File.WriteAllTextAsync(path, FormattableString.Invariant($"listenaddr: '127.0.0.1:9'\ninsecure: true\ndbbackend: postgres\npostgres:\n  host: {Address.Host}\n  port: {Address.Port}\n  user: aperture\n  password: UNUSEDUNUSED\n  dbname: {Address.Database}\n{AdminOn}services: []\n"));
        using var reader = new RowReader("file", TestHttp.Options, null, Find());

        var rows = await reader.ReadAsync(LiveFile.Read(path), CancellationToken.None);

        Assert.Null(rows.Listed);
        Assert.Equal(["one"], rows.Stored!.Select(static row => row.Name));
        Assert.True(rows.IsStored("one"));

        // The same of a status, by the settings of the session.
        var unknown = new List<UnknownValue>();
        using var gateway = GatewayFactory.Create(GatewayReference.Parse("file:" + path), new GatewaySettings { Environment = Settings(Password), Http = TestHttp.Options });
        var (growth, _) = GrowthFindings.Find(gateway, unknown);
        Assert.Empty(unknown);
        Assert.Equal((2L, 1L, 2L, 2d), (growth!.Challenges, growth.Payments, growth.Transactions, growth.ChallengesPerPayment));
    }

    [Fact]
    public void The_schema_of_release_and_main_branch_is_what_is_read()
    {
        foreach (var (table, columns, since) in DatabaseContent.Tables.Where(static table => table.Table != "schema_migrations"))
        {
            var made = string.Concat(Enumerable.Range(1, (int)since).Select(Step));
            Assert.Contains(table, Regex.Matches(made, @"CREATE TABLE IF NOT EXISTS (\w+)").Select(static match => match.Groups[1].Value));
            var body = Regex.Match(made, @"CREATE TABLE IF NOT EXISTS " + table + @" \((.*?)\n\);", RegexOptions.Singleline).Value + string.Concat(Regex.Matches(made, "ALTER TABLE " + table + " [^;]*;"));
            Assert.All(columns, column => Assert.Matches(@"\b" + column + @"\s+(TEXT|BLOB|BIGINT)", body));
        }

        Assert.Equal((ReleaseStep, MainStep), (DatabaseContent.ReleaseSchema, DatabaseContent.MainSchema));
        Assert.Equal(MainStep, Directory.GetFiles(Vectors.GetPath("aperture/migrations")).Length);
    }

    [Fact]
    public void Without_a_role_nothing_is_opened() => Assert.Null(DatabaseRole.Find(new OperatorEnvironment(static _ => null)));

    // What is said of the role, to the next heading.
    private static string Section() => Regex.Match(Repository.Read("docs/reference/aperture.md"), "### Reading role\n(.*?)\n## ", RegexOptions.Singleline).Groups[1].Value;

    private static string Step(int number) => File.ReadAllText(Directory.GetFiles(Vectors.GetPath("aperture/migrations"), FormattableString.Invariant($"{number:000000}_*")).Single());

    // As Aperture's aperturedb/postgres.go replaces it.
    private static string Steps(int last) => string.Concat(Enumerable.Range(1, last).Select(Step))
        .Replace("BLOB", "BYTEA", StringComparison.Ordinal)
        .Replace("INTEGER PRIMARY KEY", "SERIAL PRIMARY KEY", StringComparison.Ordinal)
        .Replace("TIMESTAMP", "TIMESTAMP WITHOUT TIME ZONE", StringComparison.Ordinal);

    // As golang-migrate keeps it.
    private static string Version(int step) => FormattableString.Invariant($"CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL); INSERT INTO schema_migrations VALUES ({step}, false);");

    private DatabaseRole? Find() => DatabaseRole.Find(Settings(Password));

    private OperatorEnvironment Settings(string password) => OperatorEnvironment.From(new Dictionary<string, string>
    {
        [EnvironmentVariables.ApertureDatabaseRole] = role,
        [EnvironmentVariables.ApertureDatabasePassword] = password,
    });

    private void Migrate(int step) => database.Execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; " + Steps(step) + Version(step));

    private void Grant(string statements)
    {
        database.Execute(statements.Replace("lightningops_reader", role, StringComparison.Ordinal).Replace("LOGIN;", "LOGIN PASSWORD '" + Password + "';", StringComparison.Ordinal));
        isMade = true;
    }

    private void Sell(string name, long price, string auth, string scheme) => database.Execute(
        FormattableString.Invariant($"INSERT INTO services (name, address, protocol, host_regexp, path_regexp, price, auth, auth_scheme, created_at, updated_at) VALUES ('{name.Replace("'", "''", StringComparison.Ordinal)}', '127.0.0.1:9', 'http', '^shop$', '^/x$', {price}, '{auth}', '{scheme}', now(), now())"));

    private void RunAsReader(string statement)
    {
        using var connection = new NpgsqlConnection(FormattableString.Invariant($"Host={Address.Host};Port={Address.Port};Database={Address.Database};Username={role};Password={Password};Pooling=false"));
        connection.Open();
        using var command = new NpgsqlCommand(statement, connection);
        command.ExecuteNonQuery();
    }
}
