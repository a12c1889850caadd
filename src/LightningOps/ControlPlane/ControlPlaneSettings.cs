using System;
using System.IO;
using System.Net.Http;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;

namespace LightningOps.ControlPlane;

/// <summary>Settings of a control plane. Settings that its mode does not need may be missing.</summary>
public sealed record ControlPlaneSettings
{
    /// <summary>Which control plane.</summary>
    public required ControlPlaneMode Mode { get; init; }

    /// <summary>Base URL of the Laravel internal API (Api).</summary>
    public string? ApiBaseUrl { get; init; }

    /// <summary>Base URL of the Convex HTTP API (Convex).</summary>
    public string? ConvexUrl { get; init; }

    /// <summary>Shared secret (Api, Convex).</summary>
    public OperatorSecret? Secret { get; init; }

    /// <summary>File of the store (Local).</summary>
    public string? StorePath { get; init; }

    /// <summary>Allowed access to the store's file (Local).</summary>
    public StoreAccess StoreAccess { get; init; } = StoreAccess.Write;

    /// <summary>Address of the team's store, without a password (Postgres).</summary>
    public string? Postgres { get; init; }

    /// <summary>Returns the password of the role, or null; called for each new connection (Postgres).</summary>
    public Func<string?>? PostgresPassword { get; init; }

    /// <summary>How long the team's store is waited for; null for its own limits (Postgres).</summary>
    public StorePatience? Patience { get; init; }

    /// <summary>Whether plain http to another machine is allowed (Api, Convex).</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Time limit of one try (Api, Convex); null for 30 seconds.</summary>
    public TimeSpan? TryTimeout { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Sends the requests (Api, Convex); it must not follow redirects. Null makes one.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>The settings of an environment.</summary>
    /// <param name="environment">The current variables.</param>
    /// <param name="mode">The mode; null for the environment's.</param>
    /// <exception cref="ConfigException">The mode of the environment does not exist.</exception>
    public static ControlPlaneSettings From(OperatorEnvironment environment, ControlPlaneMode? mode = null)
    {
        var chosen = mode ?? GetMode(environment);
        return new ControlPlaneSettings
        {
            Mode = chosen,
            ApiBaseUrl = environment.Find(EnvironmentVariables.ApiBaseUrl),
            ConvexUrl = environment.Find(EnvironmentVariables.ConvexUrl),
            Secret = environment.FindSecret(EnvironmentVariables.Secret),
            Postgres = environment.Find(EnvironmentVariables.Postgres),
            PostgresPassword = () => environment.Find(EnvironmentVariables.PostgresPassword),
            Patience = environment.Patience,
            StorePath = chosen == ControlPlaneMode.Local ? StorePaths.DefaultStorePath(environment) : null,
        };
    }

    /// <summary>The mode of an environment; Api when it is not set.</summary>
    /// <param name="environment">The current variables.</param>
    /// <exception cref="ConfigException">The named mode does not exist.</exception>
    public static ControlPlaneMode GetMode(OperatorEnvironment environment) =>
        environment.Find(EnvironmentVariables.ControlPlaneMode)?.ToLowerInvariant() switch
        {
            null or "api" => ControlPlaneMode.Api,
            "convex" => ControlPlaneMode.Convex,
            "mock" => ControlPlaneMode.Mock,
            "local" => ControlPlaneMode.Local,
            "postgres" => ControlPlaneMode.Postgres,
            _ => throw new ConfigException(EnvironmentVariables.ControlPlaneMode, "must be one of api, convex, mock, local, postgres"),
        };
}

/// <summary>Which control plane is used.</summary>
public enum ControlPlaneMode
{
    /// <summary>In memory, with the fixtures of the recorded smokes.</summary>
    Mock,

    /// <summary>A SQLite file on this machine.</summary>
    Local,

    /// <summary>The Laravel internal API.</summary>
    Api,

    /// <summary>The Convex HTTP API.</summary>
    Convex,

    /// <summary>A PostgreSQL database of the team.</summary>
    Postgres,
}

/// <summary>Identifies a control plane without a secret. Records kept for one are not used for another.</summary>
internal static class ControlPlaneTarget
{
    /// <param name="settings">Settings of the control plane.</param>
    /// <param name="storePath">File of the local store.</param>
    public static string GetName(ControlPlaneSettings settings, string storePath) => settings.Mode switch
    {
        ControlPlaneMode.Api => "api:" + settings.ApiBaseUrl?.TrimEnd('/'),
        ControlPlaneMode.Convex => "convex:" + settings.ConvexUrl?.TrimEnd('/'),
        ControlPlaneMode.Postgres => "postgres:" + PostgresAddress.Parse(settings.Postgres ?? string.Empty, OperatorEnvironment.ForProcess()).Name,
        _ => "local:" + Path.GetFullPath(storePath),
    };
}
