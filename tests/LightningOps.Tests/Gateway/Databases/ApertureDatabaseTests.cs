using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.Gateway.Databases;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace LightningOps.Tests.Gateway.Databases;

/// <summary>Databases as two real versions left them: copied, compared and restored.</summary>
public sealed class ApertureDatabaseTests : IDisposable
{
    private const string Release = "aperture/db/aperture-v0.5.0.db";
    private const string Main = "aperture/db/aperture-main-7ee3ed7.db";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();

    private string Live => folder.File("aperture.db");

    private string Copy => folder.File("copy.lopsdb");

    private DatabaseKey Key => DatabaseKey.FromFile(folder.File("copy.key"));

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Release, 7, "v0.5.0,main")]
    [InlineData(Main, 9, "main")]
    public async Task A_copy_is_the_database_encrypted_and_private(string recorded, long schema, string opensWith)
    {
        File.Copy(Vectors.GetPath(recorded), Live);
        Run("INSERT INTO secrets (hash, secret, created_at) VALUES (x'aa', CAST('SECRETSECRETSECRET' AS BLOB), '2026-01-01')");
        var before = File.ReadAllBytes(Live);

        var backup = await ApertureDatabase.Open(Live).BackupAsync(Copy, Key, None);

        Assert.Equal((schema, opensWith, 2, "sqlite", "file"), (backup.Schema, string.Join(",", backup.OpensWith), backup.ServiceCount, backup.Database, backup.Key));
        Assert.Equal(before, File.ReadAllBytes(Live));
        Assert.Equal(["aperture.db", "copy.key", "copy.lopsdb"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        Assert.DoesNotContain("SECRETSECRET", Encoding.Latin1.GetString(File.ReadAllBytes(Copy)), StringComparison.Ordinal);
        Assert.DoesNotContain("pw16.route", Encoding.Latin1.GetString(File.ReadAllBytes(Copy)), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Copy));
        }

        var test = await ApertureDatabase.Open(Live).TestAsync(Copy, Key, None);
        Assert.True(test.IsHarmless, test.Outcome);
        Assert.Equal("nothing would change", test.Outcome);
    }

    [Fact]
    public async Task A_running_database_is_copied_with_its_log()
    {
        File.Copy(Vectors.GetPath(Main), Live);
        using var aperture = OpenLive();
        Run(aperture, "PRAGMA journal_mode=WAL");
        Sell(aperture, "01", "one", 6, "settled");
        var files = Directory.GetFiles(folder.Path).Order().ToArray();

        var backup = await ApertureDatabase.Open(Live).BackupAsync(Copy, Key, None);

        Assert.Equal(1, backup.TokenCount);
        Assert.Equal(files, Directory.GetFiles(folder.Path).Where(static file => !file.Contains("copy.", StringComparison.Ordinal)).Order());
        await Assert.ThrowsAsync<ApertureDatabaseException>(() => ApertureDatabase.Open(Live).RestoreAsync(Copy, Key, None));
    }

    [Fact]
    public async Task A_log_that_a_crash_left_is_read_and_no_index_is_made_beside_it()
    {
        var running = folder.File("running.db");
        File.Copy(Vectors.GetPath(Main), running);
        using (var aperture = new SqliteConnection("Data Source=" + running + ";Pooling=False"))
        {
            aperture.Open();
            Run(aperture, "PRAGMA journal_mode=WAL");
            Sell(aperture, "01", "one", 6, "settled");
            File.Copy(running, Live);
            File.Copy(running + "-wal", Live + "-wal");
        }

        var backup = await ApertureDatabase.Open(Live).BackupAsync(Copy, Key, None);

        Assert.Equal(1, backup.TokenCount);
        Assert.False(File.Exists(Live + "-shm"));
    }

    [Fact]
    public async Task What_was_sold_revoked_and_spent_since_is_named()
    {
        File.Copy(Vectors.GetPath(Main), Live);
        using (var aperture = OpenLive())
        {
            Sell(aperture, "01", "one", 6, "settled");
            Sell(aperture, "02", "one", 6, "settled");
            Sell(aperture, "03", "one", 6, "pending");
        }

        await ApertureDatabase.Open(Live).BackupAsync(Copy, Key, None);
        using (var aperture = OpenLive())
        {
            // Changes since the copy: sold, requested but unpaid, paid, revoked, spent, and a changed price.
            Sell(aperture, "04", "docs", 9, "settled");
            Sell(aperture, "05", "docs", 9, "pending");
            Run(aperture, "UPDATE l402_transactions SET state = 'settled' WHERE token_id = x'03'");
            Run(aperture, "DELETE FROM l402_transactions WHERE token_id = x'02'; DELETE FROM secrets WHERE hash = x'f02f'");
            Run(aperture, "INSERT INTO secrets (hash, secret, created_at) VALUES (x'f0ff', x'0011', '2026-01-01')");
            Run(aperture, "INSERT INTO mpp_consumed_charges (payment_hash, challenge_id, expires_at, consumed_at) VALUES (x'01', 'c', '2026-01-01', '2026-01-01')");
            Run(aperture, "UPDATE services SET price = 77 WHERE name = 'one'");
        }

        var test = await ApertureDatabase.Open(Live).TestAsync(Copy, Key, None);

        Assert.Equal(["04 (docs, 9 sat)"], test.LockedOut.Select(static token => token.ToString()));
        Assert.Equal(["02 (one, 6 sat)"], test.LiveAgain.Select(static token => token.ToString()));
        Assert.Equal((1, 0, 1), (test.UnlistedLockedOut, test.UnlistedLiveAgain, test.ChargesSpendableAgain));
        Assert.Equal(["one"], test.ChangedServices);
        Assert.False(test.IsHarmless);
        Assert.Equal("1 token sold since would be locked out; 1 token revoked since would open again; 1 secret made since has no sale listed; 1 charge spent since could be spent again; 1 service of the database would change", test.Outcome);

        await ApertureDatabase.Open(Live).RestoreAsync(Copy, Key, None);
        Assert.Equal("nothing would change", (await ApertureDatabase.Open(Live).TestAsync(Copy, Key, None)).Outcome);
    }

    [Fact]
    public async Task A_copy_of_a_newer_Aperture_is_too_new_for_an_older_one()
    {
        File.Copy(Vectors.GetPath(Main), Live);
        await ApertureDatabase.Open(Live).BackupAsync(Copy, Key, None);
        File.Copy(Vectors.GetPath(Release), Live, overwrite: true);

        var test = await ApertureDatabase.Open(Live).TestAsync(Copy, Key, None);

        Assert.True(test.IsTooNew);
        Assert.Contains("an Aperture of schema 7 refuses a database of schema 9", test.Outcome, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE schema_migrations SET version = 8", "ApertureDatabaseUnreadable", "not known")]
    [InlineData("UPDATE schema_migrations SET dirty = 1", "ApertureDatabaseUnreadable", "not finished")]
    [InlineData("DROP TABLE secrets", "ApertureDatabaseUnreadable", "secrets")]
    public async Task A_schema_that_is_not_known_is_not_copied(string change, string tag, string said)
    {
        File.Copy(Vectors.GetPath(Main), Live);
        Run(change);

        var refused = await Assert.ThrowsAsync<ApertureDatabaseException>(() => ApertureDatabase.Open(Live).BackupAsync(Copy, Key, None));

        Assert.Equal(tag, refused.Tag);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Copy));
    }

    [Theory]
    [InlineData("DROP TABLE schema_migrations", "a SQLite database, but not that of an Aperture (no such table: schema_migrations)")]
    [InlineData(null, "neither a SQLite database nor an aperture.yaml")]
    public async Task A_file_of_another_kind_is_named_as_such(string? change, string said)
    {
        if (change is null)
        {
            File.WriteAllText(Live, "notes: a list of things\n");
        }
        else
        {
            File.Copy(Vectors.GetPath(Main), Live);
            Run(change);
        }

        var refused = await Assert.ThrowsAsync<ApertureDatabaseException>(() => ApertureDatabase.Open(Live).BackupAsync(Copy, Key, None));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("etcd", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_remedy_for_a_wrong_key_file_speaks_of_the_copy()
    {
        File.Copy(Vectors.GetPath(Main), Live);
        await ApertureDatabase.Open(Live).BackupAsync(Copy, Key, None);
        File.WriteAllText(folder.File("empty.key"), string.Empty);

        var refused = Assert.Throws<LightningOps.Buyer.Credentials.CredentialKeyException>(() => ApertureDatabase.ReadBackup(Copy, DatabaseKey.FromFile(folder.File("empty.key"))));

        Assert.Contains("-KeyPath", refused.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("buy again", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_replaces_an_earlier_copy_and_no_other_file()
    {
        File.Copy(Vectors.GetPath(Main), Live);
        File.WriteAllText(folder.File("aperture.yaml"), "services: []\n");
        await ApertureDatabase.Open(Live).BackupAsync(Copy, Key, None);
        await ApertureDatabase.Open(Live).BackupAsync(Copy, Key, None);
        foreach (var other in new[] { Live, folder.File("copy.key"), folder.File("aperture.yaml") })
        {
            var before = File.ReadAllBytes(other);

            var failure = await Assert.ThrowsAsync<ApertureDatabaseException>(() => ApertureDatabase.Open(Live).BackupAsync(other, Key, None));

            Assert.Equal(("FileNotReplaced", other), (failure.Tag, failure.Place));
            Assert.Equal(before, File.ReadAllBytes(other));
        }

        Assert.Equal(2, ApertureDatabase.ReadBackup(Copy, Key).ServiceCount);
    }

    [Fact]
    public async Task A_copy_opens_with_its_own_key_only_and_unchanged()
    {
        File.Copy(Vectors.GetPath(Main), Live);
        var passphrase = DatabaseKey.FromPassphrase(OperatorSecret.From("correct horse"));
        await ApertureDatabase.Open(Live).BackupAsync(Copy, passphrase, None);

        Assert.Equal("passphrase", ApertureDatabase.ReadBackup(Copy, passphrase).Key);
        Assert.Equal("ApertureBackupUnreadable", Assert.Throws<ApertureDatabaseException>(() => ApertureDatabase.ReadBackup(Copy, DatabaseKey.FromPassphrase(OperatorSecret.From("other")))).Tag);
        Assert.Equal("ApertureBackupKeyMissing", Assert.Throws<ApertureDatabaseException>(() => ApertureDatabase.ReadBackup(Copy, DatabaseKey.FromFile(folder.File("no.key")))).Tag);
        Assert.False(File.Exists(folder.File("no.key")));
        var changed = File.ReadAllBytes(Copy);
        changed[^100] ^= 1;
        File.WriteAllBytes(Copy, changed);
        Assert.Equal("ApertureBackupUnreadable", Assert.Throws<ApertureDatabaseException>(() => ApertureDatabase.ReadBackup(Copy, passphrase)).Tag);
        Assert.Equal("ApertureBackupUnreadable", Assert.Throws<ApertureDatabaseException>(() => ApertureDatabase.ReadBackup(Live, passphrase)).Tag);
    }

    [Theory]
    [InlineData(Release)]
    [InlineData(Main)]
    public void A_damaged_database_is_copied_as_it_is_read_or_refused_and_nothing_else(string recorded)
    {
        var bytes = File.ReadAllBytes(Vectors.GetPath(recorded));
        var key = Key;
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Array[1, 40].Sample(
            changes =>
            {
                var damaged = (byte[])bytes.Clone();
                foreach (var (place, value) in changes)
                {
                    damaged[place] = value;
                }

                File.WriteAllBytes(Live, damaged);
                try
                {
                    ApertureDatabase.Open(Live).BackupAsync(Copy, key, None).GetAwaiter().GetResult();
                    Assert.NotNull(ApertureDatabase.ReadBackup(Copy, key));
                }
                catch (ApertureDatabaseException refused)
                {
                    Assert.NotEmpty(refused.Remedy);
                }
            },
            iter: 100,
            threads: 1);
    }

    [Fact]
    public async Task A_database_is_found_by_its_aperture_yaml_and_not_restored_while_something_answers()
    {
        File.Copy(Vectors.GetPath(Main), Live);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var config = folder.File("aperture.yaml");
        File.WriteAllText(config, FormattableString.Invariant($"listenaddr: \"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}\"\ndbbackend: sqlite\nsqlite:\n  databasefilename: '{Live}'\n"));
        await ApertureDatabase.Open(config).BackupAsync(Copy, Key, None);
        var before = File.ReadAllBytes(Live);

        var refused = await Assert.ThrowsAsync<ApertureDatabaseException>(() => ApertureDatabase.Open(config).RestoreAsync(Copy, Key, None));

        Assert.Equal("ApertureDatabaseInUse", refused.Tag);
        Assert.Equal(before, File.ReadAllBytes(Live));
        listener.Stop();
        File.Delete(Live);
        await ApertureDatabase.Open(config).RestoreAsync(Copy, Key, None);
        Assert.Equal(2, (await ApertureDatabase.Open(config).TestAsync(Copy, Key, None)).Backup.ServiceCount);
    }

    /// <summary>A reader of a write-ahead log holds a lock; one of a rollback journal holds none while it is idle.</summary>
    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task A_database_that_an_idle_process_has_open_is_not_restored(string journal)
    {
        File.Copy(Vectors.GetPath(Main), Live);
        await ApertureDatabase.Open(Live).BackupAsync(Copy, Key, None);
        using var holder = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "LightningOps.TestProcess.dll"), "hold-database", Live, journal]) { RedirectStandardOutput = true })!;
        try
        {
            var id = await holder.StandardOutput.ReadLineAsync();
            var before = File.ReadAllBytes(Live);
            Assert.True(!File.Exists(Live + "-wal") || new FileInfo(Live + "-wal").Length == 0, "the log is empty: it does not show that the database is in use");

            var refused = await Assert.ThrowsAsync<ApertureDatabaseException>(() => ApertureDatabase.Open(Live).RestoreAsync(Copy, Key, None));

            Assert.Equal("ApertureDatabaseInUse", refused.Tag);
            Assert.Contains(OperatingSystem.IsLinux() ? "(process " + id + ") has it open" : "has it open", refused.Message, StringComparison.Ordinal);
            Assert.Equal(before, File.ReadAllBytes(Live));
            Assert.False(holder.HasExited);
            if (!OperatingSystem.IsMacOS())
            {
                Assert.Equal(journal == "wal" || OperatingSystem.IsWindows(), DatabaseHolders.IsLocked(Live));
            }
        }
        finally
        {
            holder.Kill();
            await holder.WaitForExitAsync();
        }

        File.Delete(Live + "-shm");
        File.Delete(Live + "-wal");
        Assert.False(DatabaseHolders.IsLocked(Live));
        await ApertureDatabase.Open(Live).RestoreAsync(Copy, Key, None);
        Assert.Equal("nothing would change", (await ApertureDatabase.Open(Live).TestAsync(Copy, Key, None)).Outcome);
    }

    [Fact]
    public async Task Whether_an_Aperture_uses_a_database_is_not_known_without_its_address()
    {
        File.Copy(Vectors.GetPath(Main), Live);
        var config = folder.File("aperture.yaml");
        File.WriteAllText(config, $"listenaddr: \"127.0.0.1:1\"\ndbbackend: sqlite\nsqlite:\n  databasefilename: '{Live}'\n");

        Assert.Contains("its aperture.yaml", await ApertureDatabase.Open(Live).RequireStoppedAsync(None), StringComparison.Ordinal);
        Assert.DoesNotContain("its aperture.yaml", await ApertureDatabase.Open(config).RequireStoppedAsync(None) ?? string.Empty, StringComparison.Ordinal);
        File.WriteAllText(config, $"listenaddr: \"nowhere.invalid:1\"\ndbbackend: sqlite\nsqlite:\n  databasefilename: '{Live}'\n");
        Assert.Contains("nowhere.invalid:1 cannot be asked", await ApertureDatabase.Open(config).RequireStoppedAsync(None), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("listenaddr: localhost:1\n", "etcd")]
    [InlineData("dbbackend: sqlite\n", "databasefilename")]
    [InlineData("a: b: c\n", "neither")]
    public void A_file_without_a_database_that_can_be_copied_says_so(string text, string said)
    {
        File.WriteAllText(Live, text);

        Assert.Contains(said, Assert.Throws<ApertureDatabaseException>(() => ApertureDatabase.Open(Live)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dump_is_read_by_the_names_of_its_columns()
    {
        var content = DatabaseContent.FromDump("dump", Encoding.UTF8.GetBytes("""
            -- PostgreSQL database dump
            COPY public.l402_transactions (id, token_id, payment_hash, identifier_hash, service_name, price_sats, state, auth_type, created_at, settled_at) FROM stdin;
            1	\\x01	\\x02	\\xf01f	a\tb\\c	6	settled	l402	2026-01-01	\N
            2	\N	\\x03	\N	one	6	pending	payment	2026-01-01	\N
            \.
            COPY public.schema_migrations (version, dirty) FROM stdin;
            9	f
            \.
            COPY public.mpp_consumed_charges (id, payment_hash, challenge_id, expires_at, consumed_at) FROM stdin;
            \.
            COPY public.secrets (id, hash, secret, created_at) FROM stdin;
            1	\\xf01f	\\x00	2026-01-01
            \.
            COPY public.services (id, name, address, protocol, host_regexp, path_regexp, price, auth, created_at, updated_at, auth_scheme) FROM stdin;
            \.
            """.Replace("\r\n", "\n", StringComparison.Ordinal)));

        Assert.Equal((9L, "f01f", "a\tb\\c", 2), (content.Schema, Assert.Single(content.Secrets), content.Transactions[0].ServiceName, content.Transactions.Count));
        Assert.Equal(("01", null, true, false), (content.Transactions[0].TokenId, content.Transactions[1].TokenId, content.Transactions[0].IsSettled, content.Transactions[1].IsSettled));
    }

    [Fact]
    public async Task A_postgres_that_cannot_be_reached_is_refused_without_its_password()
    {
        var config = folder.File("aperture.yaml");
        File.WriteAllText(config, "dbbackend: postgres\npostgres:\n  host: 127.0.0.1\n  port: 1\n  user: u\n  password: PASSWORDPASSWORD\n  dbname: aperture\n");

        var refused = await Assert.ThrowsAsync<ApertureDatabaseException>(() => ApertureDatabase.Open(config).BackupAsync(Copy, Key, None));

        Assert.Equal("DatabaseToolFailed", refused.Tag);
        Assert.Contains("postgres://127.0.0.1:1/aperture", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("PASSWORDPASSWORD", refused.ToString(), StringComparison.Ordinal);
    }

    private static void Sell(SqliteConnection aperture, string id, string service, long sats, string state) => Run(
        aperture,
        FormattableString.Invariant($"INSERT INTO secrets (hash, secret, created_at) VALUES (x'f0{id[1]}f', x'aa{id}', '2026-01-01'); INSERT INTO l402_transactions (token_id, payment_hash, identifier_hash, service_name, price_sats, state, auth_type, created_at) VALUES (x'{id}', x'{id}', x'f0{id[1]}f', '{service}', {sats}, '{state}', 'l402', '2026-01-01')"));

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteConnection OpenLive()
    {
        var connection = new SqliteConnection("Data Source=" + Live + ";Pooling=False");
        connection.Open();
        return connection;
    }

    private void Run(string sql)
    {
        using var connection = OpenLive();
        Run(connection, sql);
    }
}
