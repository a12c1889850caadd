using System;
using LightningOps.ControlPlane.Hosted;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.ControlPlane;

/// <summary>Creates the control plane of a mode. The only place that lists all kinds.</summary>
public static class ControlPlaneFactory
{
    /// <summary>The control plane of <paramref name="settings"/>; nothing is sent or opened yet.</summary>
    /// <exception cref="ConfigException">A setting the mode needs is missing; its environment variable is named.</exception>
    public static IControlPlane Create(ControlPlaneSettings settings) => settings.Mode switch
    {
        ControlPlaneMode.Mock => new MockControlPlane(settings.Time),
        ControlPlaneMode.Local => new LocalControlPlane(new LocalStoreOptions
        {
            Path = settings.StorePath ?? StorePaths.DefaultStorePath(OperatorEnvironment.ForProcess()),
            Access = settings.StoreAccess,
            Time = settings.Time,
        }),
        ControlPlaneMode.Api => new ApiControlPlane(Hosted(settings, settings.ApiBaseUrl, EnvironmentVariables.ApiBaseUrl)),
        ControlPlaneMode.Convex => new ConvexControlPlane(Hosted(settings, settings.ConvexUrl, EnvironmentVariables.ConvexUrl)),
        _ => throw new ArgumentOutOfRangeException(nameof(settings)),
    };

    private static HostedControlPlaneOptions Hosted(ControlPlaneSettings settings, string? baseUrl, string urlVariable)
    {
        var options = new HostedControlPlaneOptions
        {
            BaseUrl = baseUrl ?? throw Missing(urlVariable),
            Secret = settings.Secret ?? throw Missing(EnvironmentVariables.Secret),
            Time = settings.Time,
            Handler = settings.Handler,
            AllowInsecure = settings.AllowInsecure,
        };
        return settings.TryTimeout is { } timeout ? options with { TryTimeout = timeout } : options;
    }

    private static ConfigException Missing(string variable) => new(variable, "missing required environment variable");
}
