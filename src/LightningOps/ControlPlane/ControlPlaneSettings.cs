using System;
using System.Net.Http;
using LightningOps.ControlPlane.Local;

namespace LightningOps.ControlPlane;

/// <summary>What a control plane is made from; what its mode does not need may be missing.</summary>
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

    /// <summary>What may be done with the store's file (Local).</summary>
    public StoreAccess StoreAccess { get; init; } = StoreAccess.Write;

    /// <summary>Whether plain http to another machine is allowed (Api, Convex).</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Time limit of one try (Api, Convex); null for 30 seconds.</summary>
    public TimeSpan? TryTimeout { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Sends the requests (Api, Convex); it must not follow redirects. Null makes one.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>The settings of an environment.</summary>
    /// <param name="environment">The variables in force.</param>
    /// <param name="mode">The mode; null takes the environment's.</param>
    /// <exception cref="ConfigException">The environment names no mode there is.</exception>
    public static ControlPlaneSettings From(OperatorEnvironment environment, ControlPlaneMode? mode = null)
    {
        var chosen = mode ?? environment.Mode();
        return new ControlPlaneSettings
        {
            Mode = chosen,
            ApiBaseUrl = environment.Find(EnvironmentVariables.ApiBaseUrl),
            ConvexUrl = environment.Find(EnvironmentVariables.ConvexUrl),
            Secret = environment.FindSecret(EnvironmentVariables.Secret),
            StorePath = chosen == ControlPlaneMode.Local ? StorePaths.DefaultStorePath(environment) : null,
        };
    }
}
