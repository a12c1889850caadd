using System.Collections.Generic;
using System.IO;
using System.Linq;
using System;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Databases;
using LightningOps.Gateway.Endpoints;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Memory;
using LightningOps.Gateway.Ops;
using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Records;
using LightningOps.Gateway.Registry;
using LightningOps.Settings;

namespace LightningOps.Gateway;

/// <summary>Creates the gateway specified by an operator. The only place that lists all kinds.</summary>
public static class GatewayFactory
{
    private const string ProbePath = "/staging";

    /// <summary>The gateway; nothing is sent or read yet.</summary>
    /// <exception cref="ConfigException">A setting it needs is missing or cannot be used.</exception>
    public static IGateway Create(GatewayReference reference, GatewaySettings settings)
    {
        if (reference.Endpoints.Count == 1)
        {
            return CreateOne(reference with { Place = reference.Place is null ? null : reference.Endpoints[0] }, settings);
        }

        var made = new List<IGateway>();
        try
        {
            for (var place = 0; place < reference.Endpoints.Count; place++)
            {
                made.Add(CreateOne(reference with { Place = reference.Endpoints[place] }, settings.ForEndpoint(reference.Kind, place, reference.Endpoints)));
                if (made.FindIndex(endpoint => endpoint.Name == made[place].Name) < place)
                {
                    throw new ConfigException("Gateway", made[place].Name + " is named twice among the endpoints", "Name each endpoint once.");
                }
            }

            return new EndpointGroup(made, settings.Http.Time);
        }
        catch
        {
            made.ForEach(static endpoint => endpoint.Dispose());
            throw;
        }
    }

    /// <summary>Default address for challenges of an ops gateway.</summary>
    internal static string GetProbeUrl(string baseUrl) => baseUrl.TrimEnd('/') + ProbePath;

    private static string RequireBaseUrl(OperatorEnvironment environment, string form) =>
        environment.Find(EnvironmentVariables.GatewayBaseUrl) ?? throw new ConfigException(
            EnvironmentVariables.GatewayBaseUrl,
            "missing required environment variable: the address of the gateway is not known",
            "Name the gateway with -Gateway " + form + ", or set " + EnvironmentVariables.GatewayBaseUrl + " (Connect-LightningOps -GatewayBaseUrl).");

    private static IGateway CreateOne(GatewayReference reference, GatewaySettings settings) => reference.Kind switch
    {
        GatewayKind.Ops => new OpsGateway(CreateOpsOptions(reference.Place, settings)),
        GatewayKind.ApertureAdmin => new ApertureAdminGateway(CreateAdminOptions(reference.Place, settings)),
        GatewayKind.File => CreateFileGateway(reference.Place!, settings),
        GatewayKind.Loopback => CreateLoopbackGateway(RunningAt(reference.Place, settings), settings),
        GatewayKind.Memory => new MemoryGateway(),
        _ => throw new ArgumentOutOfRangeException(nameof(reference)),
    };

    private static OpsGatewayOptions CreateOpsOptions(string? url, GatewaySettings settings)
    {
        var environment = settings.Environment;
        var baseUrl = url ?? RequireBaseUrl(environment, "ops:https://host");

        // A check of another gateway than the target would prove nothing.
        var probe = GetProbeUrl(baseUrl);
        var given = settings.ChallengeUrl ?? environment.Find(EnvironmentVariables.ChallengeUrl);
        var options = new OpsGatewayOptions
        {
            BaseUrl = baseUrl,
            BaseUrlName = url is null ? EnvironmentVariables.GatewayBaseUrl : "Gateway",
            ChallengeUrlName = settings.ChallengeUrl is null ? EnvironmentVariables.ChallengeUrl : nameof(settings.ChallengeUrl),
            ProxyUrlName = settings.ProxyUrl is null ? EnvironmentVariables.ProxyUrl : nameof(settings.ProxyUrl),
            ChallengeUrl = given ?? probe,
            ListenerUrl = given is not null && given != probe && Uri.TryCreate(given, UriKind.Absolute, out var address) ? address.GetLeftPart(UriPartial.Authority) : null,
            Payer = settings.Payer,
            ProxyUrl = settings.ProxyUrl ?? environment.Find(EnvironmentVariables.ProxyUrl) ?? probe,
            OpsToken = settings.OpsToken ?? environment.FindSecret(EnvironmentVariables.GatewayOpsToken),
            CertificatePath = settings.CertificatePath,
            CertificateFingerprint = settings.CertificateFingerprint,
            ProxyAuthorization = environment.FindSecret(EnvironmentVariables.ProxyAuthorizationHeader),
            Records = CreateRecords(settings),
            Http = settings.Http,
        };
        return environment.Find(EnvironmentVariables.GatewayHealthPath) is { } path ? options with { HealthPath = path } : options;
    }

    private static ApertureAdminGatewayOptions CreateAdminOptions(string? url, GatewaySettings settings)
    {
        var baseUrl = url ?? RequireBaseUrl(settings.Environment, "admin:https://host:port");
        return new ApertureAdminGatewayOptions
        {
            BaseUrl = baseUrl,
            Macaroon = settings.Macaroon,
            MacaroonPath = settings.MacaroonPath,
            ConfigPath = settings.ConfigPath,
            DatabaseRole = DatabaseRole.Find(settings.Environment),
            CertificatePath = settings.CertificatePath,
            CertificateFingerprint = settings.CertificateFingerprint,
            Records = CreateRecords(settings),
            Probes = CreateProbeOptions(settings, settings.ChallengeUrl ?? baseUrl),
            Http = settings.Http,
        };
    }

    // A server of the file in this session needs no reload command.
    private static IGateway CreateFileGateway(string path, GatewaySettings settings) =>
        settings.ReloadCommand is null && settings.Running.FirstOrDefault(gateway => gateway.ConfigPath == Path.GetFullPath(path)) is { } running
            ? CreateLoopbackGateway(running, settings)
            : new ApertureFileGateway(CreateFileOptions(path, settings));

    private static IGateway CreateLoopbackGateway(LoopbackGateway running, GatewaySettings settings)
    {
        if (running.ConfigPath is not { } path)
        {
            return new LoopbackGatewayAdapter(running, CreateProbeOptions(settings, running), settings.Http);
        }

        var options = CreateFileOptions(path, settings);
        return new ApertureFileGateway(options with
        {
            Reload = new LoopbackReload(running),
            ListenAddress = new Uri(running.Url).Authority,
            Probes = settings.ChallengeUrl is null ? CreateProbeOptions(settings, running) : options.Probes,
            Transactions = new LoopbackSales(running),
        });
    }

    private static LoopbackGateway RunningAt(string? url, GatewaySettings settings)
    {
        var found = settings.Running.Where(gateway => url is null || string.Equals(gateway.Url, url.TrimEnd('/'), StringComparison.OrdinalIgnoreCase)).ToArray();
        return found.Length switch
        {
            1 => found[0],
            0 => throw new ConfigException("Gateway", "no loopback gateway runs in this session" + (url is null ? string.Empty : " at " + url), "Start one with Start-L402TestGateway."),
            _ => throw new ConfigException("Gateway", "several loopback gateways run in this session", "Specify one: " + string.Join(" or ", found.Select(static gateway => "loopback:" + gateway.Url)) + "."),
        };
    }

    private static ApertureFileGatewayOptions CreateFileOptions(string path, GatewaySettings settings)
    {
        var options = new ApertureFileGatewayOptions
        {
            Path = path,
            ReloadCommand = SystemdUnit.ResolveHere(settings.ReloadCommand, nameof(settings.ReloadCommand)),
            AllowHangup = settings.AllowHangup,
            HealthUrl = settings.HealthUrl,
            CertificatePath = settings.CertificatePath,
            CertificateFingerprint = settings.CertificateFingerprint,
            Store = settings.StoreName,
            DatabaseRole = DatabaseRole.Find(settings.Environment),
            Probes = CreateProbeOptions(settings, settings.ChallengeUrl),
            Http = settings.Http,
        };
        return options with
        {
            ReloadTimeout = settings.ReloadTimeout ?? options.ReloadTimeout,
            HealthTimeout = settings.HealthTimeout,
            KeptVersions = settings.KeptVersions ?? options.KeptVersions,
        };
    }

    private static SaleProbeOptions CreateProbeOptions(GatewaySettings settings, LoopbackGateway running) => new()
    {
        BaseUrl = running.Url,
        Payer = settings.Payer ?? L402ProbePayer.WithoutMoney(running.Wallet),
    };

    private static IGatewayRecords CreateRecords(GatewaySettings settings) =>
        settings.Postgres is { } database ? new CopiedGatewayRecords(new PostgresGatewayRecords(database), settings.TeamRecordsPath, database.Connection)
        : settings.Store is { } store ? new StoreGatewayRecords(store)
        : new FileGatewayRecords(settings.RecordsPath);

    private static SaleProbeOptions CreateProbeOptions(GatewaySettings settings, string? listener) =>
        new() { BaseUrl = listener, Payer = settings.Payer };
}
