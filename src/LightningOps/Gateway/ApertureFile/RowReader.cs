using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Databases;
using LightningOps.Http;
using LightningOps.L402.Macaroons;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Reads the services that precede a file whose admin API is on: over that API, at the file's own address, and in its
/// SQLite database.
/// </summary>
internal sealed class RowReader : IDisposable
{
    private const string CertificateFile = "tls.cert";
    private readonly string gateway;
    private readonly GatewayHttpOptions options;
    private readonly string? listenAddress;
    private readonly DatabaseRole? role;
    private (AdminSettings Settings, string? ListenAddress, AdminApi Api, GatewayHttp Http, string Address)? opened;

    /// <param name="gateway">Name of the gateway, for failures.</param>
    /// <param name="options">How it is spoken to.</param>
    /// <param name="listenAddress">Where what serves the file listens; null for what the file says.</param>
    /// <param name="role">Reads a database in PostgreSQL; null where none is set.</param>
    public RowReader(string gateway, GatewayHttpOptions options, string? listenAddress, DatabaseRole? role)
    {
        this.gateway = gateway;
        this.options = options;
        this.listenAddress = listenAddress;
        this.role = role;
    }

    /// <summary>Address of the admin API that was last spoken to; null for none.</summary>
    public string? Address => opened?.Address;

    /// <summary>The services that precede a file. Unreadable ones are unknown, never a failure.</summary>
    public async Task<LiveRows> ReadAsync(LiveFile file, CancellationToken cancellationToken)
    {
        if (file.Admin is not { } settings)
        {
            return LiveRows.None;
        }

        var (stored, trouble) = await ReadStoredAsync(settings, role, cancellationToken).ConfigureAwait(false);
        var (api, reason) = Open(file);
        if (api is null)
        {
            return new LiveRows(null, stored, reason);
        }

        try
        {
            return new LiveRows(await api.ListAsync(cancellationToken).ConfigureAwait(false), stored, trouble);
        }
        catch (GatewayException failure)
        {
            return new LiveRows(null, stored, failure.Reason + ". " + failure.Remedy);
        }
    }

    /// <summary>The rows of the database that a file names; null where they cannot be read, and then why.</summary>
    public static async Task<(IReadOnlyList<GatewayService>? Rows, string? Trouble)> ReadStoredAsync(AdminSettings settings, DatabaseRole? role, CancellationToken cancellationToken) =>
        settings.DatabaseServer is { } server ? role is null ? (null, DatabaseRole.Missing) : await Task.Run(() => role.ReadServices(server), cancellationToken).ConfigureAwait(false)
        : settings.DatabaseFile is { } path && Path.IsPathRooted(path) ? ApertureDatabaseFile.Read(path)
        : (null, "its database is not a SQLite file that the aperture.yaml names");

    /// <summary>The admin API of a file; null where it cannot be spoken to, and then why.</summary>
    public (AdminApi? Api, string? Trouble) Open(LiveFile file)
    {
        var listens = listenAddress ?? file.ListenAddress;
        if (opened is { } earlier && earlier.Settings == file.Admin && earlier.ListenAddress == listens)
        {
            return (earlier.Api, null);
        }

        if (file.Admin is not { } settings)
        {
            return (null, "admin.enabled of the file is not true");
        }

        if (ListenerProbe.Parse(listens) is not { } address)
        {
            return (null, "the file has no listenaddr");
        }

        if (settings.MacaroonPath is not { } macaroonPath || !Path.IsPathRooted(macaroonPath))
        {
            return (null, "admin.macaroonpath of the file is missing, or does not name a folder");
        }

        try
        {
            var host = address.Host.IndexOf(':') < 0 ? address.Host : "[" + address.Host + "]";
            var url = FormattableString.Invariant($"{(settings.IsInsecure ? "http" : "https")}://{host}:{address.Port}");
            HttpAddress.Check("listenaddr", url, options.AllowInsecure);
            var certificate = settings is { IsInsecure: false, BaseFolder: { } folder } && Path.IsPathRooted(folder) ? Path.Combine(folder, CertificateFile) : null;
            var http = new GatewayHttp(gateway, options, () => FindMacaroon(macaroonPath), CertificatePin.Read(null, certificate));
            opened?.Http.Dispose();
            opened = (settings, listens, new AdminApi(http, url, () => ReadMacaroon(macaroonPath)), http, url);
            return (opened.Value.Api, null);
        }
        catch (ConfigException failure)
        {
            return (null, failure.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => opened?.Http.Dispose();

    private static IEnumerable<string> FindMacaroon(string path)
    {
        try
        {
            return MacaroonFile.ReadHex(path) is { } macaroon ? [macaroon] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private string ReadMacaroon(string path)
    {
        try
        {
            return MacaroonFile.ReadHex(path) ?? throw new GatewayException(gateway, "read macaroon", "macaroon_not_readable", path + " holds no macaroon.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GatewayException(gateway, "read macaroon", "macaroon_not_readable", "Check that " + path + " can be read.", e);
        }
    }
}
