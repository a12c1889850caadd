using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Check;
using LightningOps.Files;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Probes;
using LightningOps.Http;

namespace LightningOps.Gateway.Databases;

/// <summary>The database of an Aperture: copied while it runs, compared with a copy, and restored (docs/reference/aperture.md#database).</summary>
public sealed class ApertureDatabase
{
    private const string NoListener = "connection_failed:connection_refused";
    private readonly string place;
    private readonly string? listenAddress;
    private readonly PostgresPlace? postgres;
    private readonly TimeProvider time;

    private ApertureDatabase(string place, PostgresPlace? postgres, string? listenAddress, TimeProvider time)
    {
        this.place = place;
        this.postgres = postgres;
        this.listenAddress = listenAddress;
        this.time = time;
    }

    /// <summary>The SQLite file, or the address of the PostgreSQL database without user and password.</summary>
    public string Place => postgres?.ToString() ?? place;

    /// <summary>The database of a file: of an aperture.yaml, or the SQLite file itself.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ApertureDatabaseException">The file names no database that can be copied.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ApertureDatabase Open(string path) => Open(path, TimeProvider.System);

    internal static ApertureDatabase Open(string path, TimeProvider time)
    {
        if (DatabaseFiles.IsDatabase(path))
        {
            return new ApertureDatabase(path, null, null, time);
        }

        var settings = ReadSettings(path);
        var backend = BackendRules.GetBackend(settings);
        var listenAddress = settings.Text("listenaddr") is { Length: > 0 } address ? address : null;
        if (backend == "sqlite")
        {
            var file = settings.Child("sqlite").Text("databasefilename");
            return file.Length > 0
                ? new ApertureDatabase(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, file)), null, listenAddress, time)
                : throw ApertureDatabaseException.NotCopied(path, "does not name its database (sqlite.databasefilename), which is then in the folder of the account Aperture runs under.", "Name the SQLite file itself.");
        }

        if (backend == "postgres")
        {
            var section = settings.Child("postgres");
            return new ApertureDatabase(path, new PostgresPlace(DatabaseAddress.From(section), section.Text("password")), listenAddress, time);
        }

        if (!settings.Has("dbbackend") && !settings.Has("etcd") && !settings.Has("authenticator") && !settings.Has("services") && !settings.Has("listenaddr"))
        {
            throw ApertureDatabaseException.Unreadable(path, "it is neither a SQLite database nor an aperture.yaml");
        }

        throw ApertureDatabaseException.NotCopied(path, (settings.Has("dbbackend") ? "uses " : "does not set dbbackend, so that Aperture uses ") + backend + ", which is not copied here.", "Use sqlite or postgres (dbbackend), or the tools of " + backend + ".");
    }

    /// <summary>The SQLite database that was at a path.</summary>
    /// <param name="path">The path.</param>
    public static ApertureDatabase ForMissing(string path) => new(path, null, null, TimeProvider.System);

    /// <summary>The failure of a copy that an Aperture would refuse.</summary>
    /// <param name="backup">The copy.</param>
    /// <param name="version">The Aperture.</param>
    public static ApertureDatabaseException CreateTooNew(ApertureDatabaseBackup backup, string version) => ApertureDatabaseException.TooNew(
        (backup ?? throw new ArgumentNullException(nameof(backup))).Path,
        FormattableString.Invariant($"has schema {backup.Schema}, and {version} refuses a database that a newer Aperture opened. Nothing was restored."),
        "Restore a copy made before the upgrade, or run Aperture " + string.Join(" or ", backup.OpensWith) + " and use -ApertureVersion.");

    /// <summary>Makes an encrypted copy; Aperture may run meanwhile.</summary>
    /// <param name="path">The copy; readable by this account only.</param>
    /// <param name="key">Key of the encryption.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApertureDatabaseException">The database cannot be read, or its schema is unknown.</exception>
    public async Task<ApertureDatabaseBackup> BackupAsync(string path, DatabaseKey key, CancellationToken cancellationToken)
    {
        var image = await ReadImageAsync(cancellationToken).ConfigureAwait(false);
        var content = Parse(Place, image, postgres is not null);
        var copy = new DatabaseCopy(postgres is not null, time.GetUtcNow(), Place, (key ?? throw new ArgumentNullException(nameof(key))).IsPassphrase, image);
        copy.Write(path, key);
        return Describe(path, copy, content);
    }

    /// <summary>Opens a copy and describes its content.</summary>
    /// <param name="path">The copy.</param>
    /// <param name="key">Key of the encryption.</param>
    /// <exception cref="ApertureDatabaseException">The copy cannot be opened, is damaged, or its schema is unknown.</exception>
    public static ApertureDatabaseBackup ReadBackup(string path, DatabaseKey key)
    {
        var copy = DatabaseCopy.Read(path, key ?? throw new ArgumentNullException(nameof(key)));
        return Describe(path, copy, Parse(path, copy.Content, copy.IsPostgres));
    }

    /// <summary>Compares a copy with the database to predict the effect of a restore.</summary>
    /// <param name="path">The copy.</param>
    /// <param name="key">Key of the encryption.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApertureDatabaseException">The copy or the database cannot be read.</exception>
    public async Task<ApertureDatabaseTest> TestAsync(string path, DatabaseKey key, CancellationToken cancellationToken)
    {
        var copy = DatabaseCopy.Read(path, key ?? throw new ArgumentNullException(nameof(key)));
        RequireSameKind(path, copy);
        var was = Parse(path, copy.Content, copy.IsPostgres);
        var now = Parse(Place, await ReadImageAsync(cancellationToken).ConfigureAwait(false), postgres is not null);
        return DatabaseComparison.Compare(Describe(path, copy, was), was, Place, now);
    }

    /// <summary>Replaces the database with a copy, completely or not at all. Aperture must not be running.</summary>
    /// <param name="path">The copy.</param>
    /// <param name="key">Key of the encryption.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ApertureDatabaseException">The copy cannot be read, or the database is in use; nothing was changed.</exception>
    public async Task RestoreAsync(string path, DatabaseKey key, CancellationToken cancellationToken)
    {
        var copy = DatabaseCopy.Read(path, key ?? throw new ArgumentNullException(nameof(key)));
        RequireSameKind(path, copy);
        Parse(path, copy.Content, copy.IsPostgres);
        await RequireStoppedAsync(cancellationToken).ConfigureAwait(false);
        if (postgres is not null)
        {
            await PostgresTool.RestoreAsync(postgres, copy.Content, cancellationToken).ConfigureAwait(false);
            return;
        }

        AtomicFile.WriteDatabase(place, copy.Content, restricted: !File.Exists(place));
        File.Delete(place + "-shm");
        File.Delete(place + "-wal");
    }

    /// <summary>
    /// Requires that no Aperture uses the database: no log is beside it, no process has it open, nothing answers at the address of its
    /// aperture.yaml, and PostgreSQL has no other connection to it.
    /// </summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Why it is not known whether an Aperture uses it; null where it is known that none does.</returns>
    /// <exception cref="ApertureDatabaseException">It is in use.</exception>
    public async Task<string?> RequireStoppedAsync(CancellationToken cancellationToken)
    {
        var unknown = postgres is null ? RequireClosed() : await RequireUnconnectedAsync(postgres, cancellationToken).ConfigureAwait(false);
        return string.Join("; ", new[] { unknown, await RequireSilentAsync(cancellationToken).ConfigureAwait(false) }.OfType<string>()) is { Length: > 0 } reasons ? reasons : null;
    }

    private string? RequireClosed()
    {
        var log = place + "-wal";
        if (File.Exists(place + "-journal") || (File.Exists(log) && new FileInfo(log).Length > 0))
        {
            throw InUse("has a log beside it: Aperture runs, or did not end cleanly.");
        }

        var (holder, unknown) = DatabaseHolders.Find(place);
        return holder is null ? unknown : throw InUse("is in use: " + holder + " has it open.");
    }

    private async Task<string?> RequireUnconnectedAsync(PostgresPlace database, CancellationToken cancellationToken) =>
        await PostgresTool.CountOthersAsync(database, cancellationToken).ConfigureAwait(false) is > 0 and var count
            ? throw InUse(FormattableString.Invariant($"is in use: it has {count} other {(count == 1 ? "connection" : "connections")}."))
            : null;

    // An Aperture that is idle closes its connections after ten minutes: then its address alone shows that it runs.
    private async Task<string?> RequireSilentAsync(CancellationToken cancellationToken)
    {
        if (listenAddress is null)
        {
            return "the address that Aperture listens on is not known, because the database was named and not its aperture.yaml";
        }

        var answer = await new ListenerProbe(new GatewayHttpOptions { Tries = 1, Time = time }).ProbeAsync(listenAddress, cancellationToken).ConfigureAwait(false);
        return answer.Outcome == ProbeOutcome.Passed ? throw InUse("is in use: something answers at " + listenAddress + ".")
            : answer.Reason == NoListener ? null
            : listenAddress + " cannot be asked (" + answer.Reason + ")";
    }

    /// <summary>Whether there is a database now; a lost one can still be restored.</summary>
    public bool Exists => postgres is not null || File.Exists(place);

    private static Section ReadSettings(string path)
    {
        try
        {
            return ConfigReader.Read(Encoding.UTF8.GetString(LiveFile.ReadBytes(path)), new ConfigFindings()) ?? throw ApertureDatabaseException.Unreadable(path, "it is neither a SQLite database nor an aperture.yaml");
        }
        catch (ApertureConfigFormatException e)
        {
            throw ApertureDatabaseException.Unreadable(path, "it is neither a SQLite database nor an aperture.yaml", e);
        }
    }

    private static DatabaseContent Parse(string place, byte[] image, bool isPostgres) => isPostgres ? DatabaseContent.FromDump(place, image) : SqliteImage.Read(place, image);

    private static ApertureDatabaseBackup Describe(string path, DatabaseCopy copy, DatabaseContent content) => new()
    {
        Path = path,
        Source = copy.Source,
        Database = copy.IsPostgres ? "postgres" : "sqlite",
        CreatedAt = copy.CreatedAt,
        Key = copy.HasPassphrase ? "passphrase" : "file",
        Schema = content.Schema,
        OpensWith = content.Schema == DatabaseContent.MainSchema ? ["main"] : ["v0.5.0", "main"],
        TokenCount = content.Transactions.Count(transaction => transaction.IsSettled && transaction.IdentifierHash is { } hash && content.Secrets.Contains(hash)),
        ServiceCount = content.Services.Count,
        SizeBytes = copy.Content.Length,
    };

    private async Task<byte[]> ReadImageAsync(CancellationToken cancellationToken) => postgres is not null
        ? await PostgresTool.DumpAsync(postgres, cancellationToken).ConfigureAwait(false)
        : File.Exists(place) ? SqliteImage.Copy(place)
        : throw ApertureDatabaseException.Unreadable(place, "the file is not there");

    private void RequireSameKind(string path, DatabaseCopy copy)
    {
        if (copy.IsPostgres != postgres is not null)
        {
            throw ApertureDatabaseException.BackupUnreadable(path, "is a copy of " + (copy.IsPostgres ? "PostgreSQL" : "SQLite") + ", and " + Place + " is not.", "Name a database of the same kind.");
        }
    }

    private ApertureDatabaseException InUse(string reason) => ApertureDatabaseException.InUse(
        Place, reason, "Stop Aperture and restore again. Its sales since then are lost with the replaced database.");
}

/// <summary>A copy of a database.</summary>
public sealed record ApertureDatabaseBackup
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The database it was copied from.</summary>
    public required string Source { get; init; }

    /// <summary><c>sqlite</c> or <c>postgres</c>.</summary>
    public required string Database { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Kind of its key: <c>file</c> or <c>passphrase</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Schema: 7 of v0.5.0, 9 of the main branch.</summary>
    public required long Schema { get; init; }

    /// <summary>Versions of Aperture that open it.</summary>
    public required IReadOnlyList<string> OpensWith { get; init; }

    /// <summary>Paid tokens that it accepts.</summary>
    public required int TokenCount { get; init; }

    /// <summary>Services in the database.</summary>
    public required int ServiceCount { get; init; }

    /// <summary>Size of the database, bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The effect of a restore compared with the replaced database; null for a copy that was not restored, or where there was no database.</summary>
    public string? Outcome { get; init; }

    /// <summary>Paid tokens that the restore locked out; null as <see cref="Outcome"/>.</summary>
    public IReadOnlyList<AffectedToken>? LockedOut { get; init; }

    /// <summary>Revoked tokens that the restore made valid again; null as <see cref="Outcome"/>.</summary>
    public IReadOnlyList<AffectedToken>? LiveAgain { get; init; }
}

/// <summary>A token that a restore would change.</summary>
public sealed record AffectedToken
{
    /// <summary>Id of the token, hex; null if the database does not state it.</summary>
    public string? TokenId { get; init; }

    /// <summary>Service it was sold for.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Price, satoshis.</summary>
    public required long PriceSats { get; init; }

    /// <summary>Whether it was paid, according to the database that contains it.</summary>
    public required bool IsPaid { get; init; }

    /// <summary>Id, service and price.</summary>
    public override string ToString() => FormattableString.Invariant($"{TokenId ?? "not known"} ({ServiceName}, {PriceSats} sat{(IsPaid ? string.Empty : ", not paid when copied")})");
}

/// <summary>Compares a copy with the database to predict the effect of a restore.</summary>
public sealed record ApertureDatabaseTest
{
    /// <summary>The copy.</summary>
    public required ApertureDatabaseBackup Backup { get; init; }

    /// <summary>The database it would replace.</summary>
    public required string Place { get; init; }

    /// <summary>Schema of the database it would replace.</summary>
    public required long LiveSchema { get; init; }

    /// <summary>Paid tokens sold since then, which would open nothing.</summary>
    public required IReadOnlyList<AffectedToken> LockedOut { get; init; }

    /// <summary>
    /// Tokens revoked since then, which would open again. A token that was unpaid when copied is included only if it
    /// was paid since.
    /// </summary>
    public required IReadOnlyList<AffectedToken> LiveAgain { get; init; }

    /// <summary>Secrets created since then without a listed sale; their service is unknown.</summary>
    public required int UnlistedLockedOut { get; init; }

    /// <summary>Secrets removed since then without a listed sale.</summary>
    public required int UnlistedLiveAgain { get; init; }

    /// <summary>Payment charges spent since then, which could be spent again.</summary>
    public required int ChargesSpendableAgain { get; init; }

    /// <summary>Services of the database that would be added, changed or removed.</summary>
    public required IReadOnlyList<string> ChangedServices { get; init; }

    /// <summary>Whether the Aperture of the database is older than the copy and would refuse it.</summary>
    public bool IsTooNew => Backup.Schema > LiveSchema;

    /// <summary>Whether nothing would change for buyers.</summary>
    public bool IsHarmless => LockedOut.Count + LiveAgain.Count + UnlistedLockedOut + UnlistedLiveAgain + ChargesSpendableAgain + ChangedServices.Count == 0 && !IsTooNew;

    /// <summary>The result in one sentence.</summary>
    public string Outcome => DatabaseComparison.Format(this);
}

/// <summary>Compares a copy with the database it would replace.</summary>
internal static class DatabaseComparison
{
    public static ApertureDatabaseTest Compare(ApertureDatabaseBackup backup, DatabaseContent was, string place, DatabaseContent now)
    {
        var soldSince = now.Secrets.Where(hash => !was.Secrets.Contains(hash)).ToArray();
        var revokedSince = was.Secrets.Where(hash => !now.Secrets.Contains(hash)).ToArray();
        var sales = Index(now);
        var earlier = Index(was);
        return new ApertureDatabaseTest
        {
            Backup = backup,
            Place = place,
            LiveSchema = now.Schema,

            // An unpaid token opens nothing, and a new request gets another challenge.
            LockedOut = soldSince.Where(sales.ContainsKey).Select(hash => sales[hash]).Where(static sale => sale.IsSettled).Select(Describe).ToArray(),
            LiveAgain = revokedSince.Where(earlier.ContainsKey).Select(hash => Describe(sales.TryGetValue(hash, out var sale) ? sale : earlier[hash])).ToArray(),
            UnlistedLockedOut = soldSince.Count(hash => !sales.ContainsKey(hash)),
            UnlistedLiveAgain = revokedSince.Count(hash => !earlier.ContainsKey(hash)),
            ChargesSpendableAgain = now.Charges.Count(charge => !was.Charges.Contains(charge)),
            ChangedServices = now.Services.Keys.Union(was.Services.Keys).Where(name => !now.Services.TryGetValue(name, out var live) || !was.Services.TryGetValue(name, out var copied) || live != copied).OrderBy(static name => name, StringComparer.Ordinal).ToArray(),
        };
    }

    public static string Format(ApertureDatabaseTest test)
    {
        var parts = new List<string>();
        Add(test.LockedOut.Count, "token sold since would be locked out", "tokens sold since would be locked out");
        Add(test.LiveAgain.Count, "token revoked since would open again", "tokens revoked since would open again");
        Add(test.UnlistedLockedOut, "secret made since has no sale listed", "secrets made since have no sale listed");
        Add(test.UnlistedLiveAgain, "secret gone since has no sale listed", "secrets gone since have no sale listed");
        Add(test.ChargesSpendableAgain, "charge spent since could be spent again", "charges spent since could be spent again");
        Add(test.ChangedServices.Count, "service of the database would change", "services of the database would change");
        if (test.IsTooNew)
        {
            parts.Add(FormattableString.Invariant($"an Aperture of schema {test.LiveSchema} refuses a database of schema {test.Backup.Schema}"));
        }

        return parts.Count == 0 ? "nothing would change" : string.Join("; ", parts);

        void Add(int count, string one, string many)
        {
            if (count > 0)
            {
                parts.Add(FormattableString.Invariant($"{count} {(count == 1 ? one : many)}"));
            }
        }
    }

    private static Dictionary<string, DatabaseTransaction> Index(DatabaseContent content)
    {
        var sales = new Dictionary<string, DatabaseTransaction>(StringComparer.Ordinal);
        foreach (var sale in content.Transactions.Where(static sale => sale.IdentifierHash is not null))
        {
            sales[sale.IdentifierHash!] = sale;
        }

        return sales;
    }

    private static AffectedToken Describe(DatabaseTransaction sale) => new() { TokenId = sale.TokenId, ServiceName = sale.ServiceName, PriceSats = sale.PriceSats, IsPaid = sale.IsSettled };
}
