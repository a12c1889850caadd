using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Files;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.Gateway.Registry;

/// <summary>
/// The gateways an account has registered: one file, mode 0600, written whole or not at all under a lock. A file that others can
/// write is refused (docs/reference/gateway.md#registered-gateways).
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

    /// <summary>The registry in a file; nothing is read yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">Clock of the wait for another writer; null for the system's.</param>
    public GatewayRegistry(string path, TimeProvider? time = null)
    {
        Path = System.IO.Path.GetFullPath(path);
        this.time = time ?? TimeProvider.System;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The registry of this account.</summary>
    /// <param name="environment">The variables in force.</param>
    /// <exception cref="ConfigException">The user has no data directory.</exception>
    public static GatewayRegistry ForAccount(OperatorEnvironment environment) => new(StorePaths.GatewayRegistryPath(environment));

    /// <summary>All gateways, by name.</summary>
    /// <exception cref="FileNotTrustedException">Others can change the file.</exception>
    /// <exception cref="GatewayRegistryException">The file is damaged.</exception>
    public IReadOnlyList<RegisteredGateway> List()
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

    /// <summary>Makes sure that a gateway can have a name.</summary>
    /// <exception cref="ConfigException">The name could be mistaken for a kind or an address.</exception>
    public static void RequireName(string name) => GatewayName.Require(name);

    /// <summary>Changes the gateway of a name, alone among all writers.</summary>
    /// <param name="name">The name.</param>
    /// <param name="change">Gets the gateway, or null for none; returns what is to stand in its place, or null to remove it.</param>
    /// <param name="cancellationToken">Ends the wait for another writer.</param>
    /// <exception cref="ConfigException">The name cannot be used.</exception>
    /// <exception cref="FileNotTrustedException">Others can change the file.</exception>
    /// <exception cref="GatewayRegistryException">The file is damaged, or another process holds it.</exception>
    public async Task<RegisteredGateway?> ChangeAsync(string name, Func<RegisteredGateway?, RegisteredGateway?> change, CancellationToken cancellationToken)
    {
        GatewayName.Require(name);
        StoreFile.EnsureFolder(Path);
        using (await LockAsync(cancellationToken).ConfigureAwait(false))
        {
            var gateways = List().ToList();
            var place = gateways.FindIndex(gateway => string.Equals(gateway.Name, name, StringComparison.OrdinalIgnoreCase));
            var changed = change(place < 0 ? null : gateways[place]) is { } given ? given with { UpdatedAt = time.GetUtcNow() } : null;
            if (changed is not null)
            {
                RegistrationRules.Check(changed);
            }

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
