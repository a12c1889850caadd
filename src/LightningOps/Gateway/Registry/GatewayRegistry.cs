using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Files;
using LightningOps.L402;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Storage.Copying;
using LightningOps.Storage.Postgres;

namespace LightningOps.Gateway.Registry;

/// <summary>
/// The registered gateways of an account: one file, mode 0600, written completely or not at all under a lock. A file
/// that others can write is refused (docs/reference/gateway.md#registered-gateways). With a team's store, addresses
/// come from there, and the file holds commands, wallet and the references of secrets.
/// </summary>
public sealed class GatewayRegistry
{
    private const int Version = 1;
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(50);

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    private readonly TimeProvider time;
    private readonly PostgresStoreOptions? team;

    /// <summary>The registry in a file; nothing is read yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">Clock of the wait for another writer; null for the system's clock.</param>
    /// <param name="team">The team's store; null for none.</param>
    public GatewayRegistry(string path, TimeProvider? time = null, PostgresStoreOptions? team = null)
    {
        Path = System.IO.Path.GetFullPath(path);
        this.time = time ?? TimeProvider.System;
        this.team = team;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The registry of this account, with the team's store in Postgres mode.</summary>
    /// <param name="environment">The current variables.</param>
    /// <param name="mode">The mode; null for that of the environment.</param>
    /// <exception cref="ConfigException">The user has no data directory, or the address of the store is missing.</exception>
    public static GatewayRegistry ForAccount(OperatorEnvironment environment, ControlPlaneMode? mode = null) => new(
        StorePaths.GatewayRegistryPath(environment),
        null,
        (mode ?? FindMode(environment)) == ControlPlaneMode.Postgres ? ControlPlaneFactory.CreatePostgresOptions(ControlPlaneSettings.From(environment, ControlPlaneMode.Postgres), environment) : null);

    /// <summary>All gateways, by name.</summary>
    /// <exception cref="FileNotTrustedException">Others can change the file.</exception>
    /// <exception cref="GatewayRegistryException">The file is damaged.</exception>
    /// <exception cref="StoreException">The store of the team cannot be read.</exception>
    public IReadOnlyList<RegisteredGateway> List()
    {
        var own = ListOwn();
        if (team is null)
        {
            return own;
        }

        using var store = new PostgresRegistrations(team);
        var shared = store.ListAsync(CancellationToken.None).GetAwaiter().GetResult();

        // The account's part of a gateway that the team has removed is not listed any more.
        return own.Where(gateway => gateway.Store != store.Name && !shared.Any(other => IsNamed(other, gateway.Name)))
            .Concat(shared.Select(gateway => gateway.Join(own.FirstOrDefault(other => IsNamed(other, gateway.Name)), store.Name)))
            .OrderBy(static gateway => gateway.Name, StringComparer.OrdinalIgnoreCase)
            .ToArray();
    }

    /// <summary>The content of the account's file, by name.</summary>
    internal IReadOnlyList<RegisteredGateway> ListOwn()
    {
        if (TrustedFile.FindFault(Path, "is not read") is { } fault)
        {
            throw fault;
        }

        try
        {
            var content = File.Exists(Path) ? JsonSerializer.Deserialize<Content>(File.ReadAllBytes(Path), Json) ?? throw new JsonException("the file is empty") : new Content();
            if (content.Version != Version)
            {
                throw new JsonException("its version " + content.Version + " is not " + Version);
            }

            foreach (var gateway in content.Gateways)
            {
                RegistrationRules.Check(gateway);
            }

            return content.Gateways.OrderBy(static gateway => gateway.Name, StringComparer.OrdinalIgnoreCase).ToArray();
        }
        catch (Exception damage) when (damage is JsonException or ConfigException or NotSupportedException)
        {
            throw new GatewayRegistryException(Path, "cannot be read: " + damage.Message, "Correct the member named, or remove the file and register the gateways again.", damage);
        }
    }

    /// <summary>The gateway of a name, case ignored; null when there is none.</summary>
    /// <exception cref="FileNotTrustedException">Others can change the file.</exception>
    /// <exception cref="GatewayRegistryException">The file is damaged.</exception>
    public RegisteredGateway? Find(string name) =>
        GatewayName.IsValid(name) ? List().FirstOrDefault(gateway => string.Equals(gateway.Name, name, StringComparison.OrdinalIgnoreCase)) : null;

    /// <summary>
    /// The gateway of a name as this account last recorded it, case ignored; null when there is none. For a close while
    /// the team's store cannot be read; the team may have changed its address since.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <exception cref="FileNotTrustedException">Others can change the file.</exception>
    /// <exception cref="GatewayRegistryException">The file is damaged.</exception>
    public RegisteredGateway? FindOwn(string name) => ListOwn().FirstOrDefault(gateway => IsNamed(gateway, name));

    /// <summary>Checks that a gateway can have a name.</summary>
    /// <exception cref="ConfigException">The name could be mistaken for a kind or an address.</exception>
    public static void RequireName(string name) => GatewayName.Require(name);

    /// <summary>Changes the gateway of a name, excluding all other writers.</summary>
    /// <param name="name">The name.</param>
    /// <param name="change">Receives the gateway, or null for none; returns its replacement, or null to remove it.</param>
    /// <param name="cancellationToken">Ends the wait for another writer.</param>
    /// <exception cref="ConfigException">The name cannot be used.</exception>
    /// <exception cref="FileNotTrustedException">Others can change the file.</exception>
    /// <exception cref="GatewayRegistryException">The file is damaged, or another process holds it.</exception>
    /// <exception cref="StoreException">The store of the team cannot be written.</exception>
    public async Task<RegisteredGateway?> ChangeAsync(string name, Func<RegisteredGateway?, RegisteredGateway?> change, CancellationToken cancellationToken)
    {
        GatewayName.Require(name);
        StoreFile.EnsureFolder(Path);
        using (await LockAsync(cancellationToken).ConfigureAwait(false))
        {
            var gateways = ListOwn().ToList();
            var place = gateways.FindIndex(gateway => IsNamed(gateway, name));
            var own = place < 0 ? null : gateways[place];
            var changed = team is null ? Change(own, change) : await ChangeSharedAsync(name, own, change, cancellationToken).ConfigureAwait(false);
            if (place >= 0)
            {
                gateways.RemoveAt(place);
            }

            if (changed is not null)
            {
                gateways.Add(changed);
            }

            AtomicFile.Write(Path, JsonSerializer.SerializeToUtf8Bytes(new Content { Gateways = gateways }, Json), restricted: true);
            return changed;
        }
    }

    /// <summary>Copies the gateways of the file to the team's store, without the account's own part. The names then belong to the team.</summary>
    /// <param name="cancellationToken">Stops it; the next run goes on from there.</param>
    /// <exception cref="StoreException">The store has another gateway of the same name (<c>store_not_empty</c>), or
    /// cannot be used.</exception>
    public async Task<CopiedTable> CopyToTeamAsync(CancellationToken cancellationToken)
    {
        using var store = new PostgresRegistrations(RequireTeam());
        var known = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        var own = ListOwn().Where(gateway => gateway.Store != store.Name || known.Any(other => IsNamed(other, gateway.Name))).ToArray();
        foreach (var gateway in own)
        {
            await ChangeAsync(
                gateway.Name,
                existing =>
                {
                    if (existing?.Store == store.Name && SharedGateway.From(existing) is var shared && shared.ToDocument() != SharedGateway.From(gateway).ToDocument())
                    {
                        throw new StoreException("store_not_empty", store.Name, "has another gateway " + gateway.Name + ": " + existing.Place, "Remove one of the two, or join the team's with Set-L402Gateway " + gateway.Name + " in Postgres mode.");
                    }

                    return gateway;
                },
                cancellationToken).ConfigureAwait(false);
        }

        var expected = own.Select(SharedGateway.From).ToArray();
        var found = (await store.ListAsync(cancellationToken).ConfigureAwait(false)).Where(gateway => own.Any(other => IsNamed(gateway, other.Name))).ToArray();
        return CreateCopied(expected, found, own.Count(gateway => !known.Any(other => IsNamed(other, gateway.Name))), store.Name);
    }

    /// <summary>Copies the team's gateways to the file, each merged with the account's own part.</summary>
    /// <param name="cancellationToken">Stops it; the next run goes on from there.</param>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public async Task<CopiedTable> CopyFromTeamAsync(CancellationToken cancellationToken)
    {
        using var store = new PostgresRegistrations(RequireTeam());
        var shared = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        var file = new GatewayRegistry(Path, time);
        foreach (var gateway in shared)
        {
            await file.ChangeAsync(gateway.Name, own => gateway.Join(own, null), cancellationToken).ConfigureAwait(false);
        }

        var found = file.ListOwn().Where(own => shared.Any(gateway => IsNamed(gateway, own.Name))).Select(SharedGateway.From).ToArray();
        return CreateCopied(shared, found, shared.Count, Path);
    }

    private PostgresStoreOptions RequireTeam() => team ?? throw new InvalidOperationException("This registry has no store of a team.");

    private static CopiedTable CreateCopied(IEnumerable<SharedGateway> expected, IEnumerable<SharedGateway> found, long copied, string target)
    {
        var records = Sort(expected);
        using var sha = SHA256.Create();
        var hash = HexText.From(sha.ComputeHash(Encoding.UTF8.GetBytes(string.Join("\n", records))));
        return string.Join("\n", Sort(found)) == string.Join("\n", records)
            ? new CopiedTable { Name = "registered_gateways", Records = records.Length, Copied = copied, Hash = hash }
            : throw new StoreException("copy_differs", target, "differs in its gateways after the copy", "Make sure that no gateway is registered during the copy, and copy again.");

        static string[] Sort(IEnumerable<SharedGateway> gateways) => gateways.Select(static gateway => gateway.ToDocument()).OrderBy(static document => document, StringComparer.Ordinal).ToArray();
    }

    // The store first: if it refuses, the file is unchanged.
    private async Task<RegisteredGateway?> ChangeSharedAsync(string name, RegisteredGateway? own, Func<RegisteredGateway?, RegisteredGateway?> change, CancellationToken cancellationToken)
    {
        using var store = new PostgresRegistrations(team!);
        return await store.ChangeAsync(
            name,
            shared => Change(shared?.Join(own, store.Name) ?? (own?.Store == store.Name ? null : own), change) is { } changed ? changed with { Store = store.Name } : null,
            cancellationToken).ConfigureAwait(false);
    }

    private RegisteredGateway? Change(RegisteredGateway? before, Func<RegisteredGateway?, RegisteredGateway?> change)
    {
        var changed = change(before) is { } given ? given with { UpdatedAt = time.GetUtcNow(), IsAccepted = true } : null;
        if (changed is not null)
        {
            RegistrationRules.Check(changed);
            RegistrationRules.RequireFingerprints(changed, before);
        }

        return changed;
    }

    private static bool IsNamed(RegisteredGateway gateway, string name) => string.Equals(gateway.Name, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsNamed(SharedGateway gateway, string name) => string.Equals(gateway.Name, name, StringComparison.OrdinalIgnoreCase);

    // A misspelt mode is reported by the command that needs it.
    private static ControlPlaneMode? FindMode(OperatorEnvironment environment)
    {
        try
        {
            return ControlPlaneSettings.GetMode(environment);
        }
        catch (ConfigException)
        {
            return null;
        }
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException held) when (held is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException) && File.Exists(Path + ".lock"))
            {
                if (time.GetElapsedTime(since) > LockTimeout)
                {
                    throw new GatewayRegistryException(Path, "is held by another process", "Wait until that command has ended, and run this one again.", held);
                }

                await time.Delay(LockInterval, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private sealed record Content
    {
        public int Version { get; init; } = GatewayRegistry.Version;

        public IReadOnlyList<RegisteredGateway> Gateways { get; init; } = [];
    }
}

/// <summary>The file of the registered gateways cannot be used (<c>GatewayRegistryUnusable</c>).</summary>
public sealed class GatewayRegistryException : LightningOpsException
{
    /// <summary>Creates the failure of one file.</summary>
    internal GatewayRegistryException(string path, string reason, string remedy, Exception? inner = null)
        : base("GatewayRegistryUnusable", path + " " + reason, remedy, inner) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
