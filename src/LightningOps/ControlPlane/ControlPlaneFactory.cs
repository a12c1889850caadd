using System;
using System.IO;
using LightningOps.ControlPlane.Hosted;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.ControlPlane.Offline;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;

namespace LightningOps.ControlPlane;

/// <summary>Creates the control plane of a mode. The only place that lists all kinds.</summary>
public static class ControlPlaneFactory
{
    /// <summary>The control plane of <paramref name="settings"/>; nothing is sent or opened yet.</summary>
    /// <exception cref="ConfigException">A setting that the mode needs is missing; the message names its environment variable.</exception>
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
        ControlPlaneMode.Postgres => new PostgresControlPlane(CreatePostgresOptions(settings, OperatorEnvironment.ForProcess())),
        _ => throw new ArgumentOutOfRangeException(nameof(settings)),
    };

    /// <summary>Mode and address of a control plane, for people: <c>api (https://ops.example.com)</c>; without a secret.</summary>
    /// <param name="settings">Settings of the control plane.</param>
    /// <param name="environment">Current settings; they locate the local store.</param>
    public static string Describe(ControlPlaneSettings settings, OperatorEnvironment environment)
    {
        var name = settings.Mode == ControlPlaneMode.Mock ? "mock:in memory" : ControlPlaneTarget.GetName(settings, settings.StorePath ?? StorePaths.DefaultStorePath(environment));
        var colon = name.IndexOf(':');
        return name.Substring(0, colon) + (colon + 1 == name.Length ? string.Empty : " (" + name.Substring(colon + 1) + ")");
    }

    /// <summary>
    /// The control plane of <paramref name="settings"/> with the denials that were set on this machine while it could not be
    /// reached, or a local store could not be used: they are sent before anything else.
    /// </summary>
    /// <param name="settings">Settings.</param>
    /// <param name="environment">Where the file of the pending switches is: beside the local store.</param>
    /// <param name="keepsDenials">Whether a denial that cannot be sent is kept.</param>
    /// <param name="warn">Told of what is pending.</param>
    /// <exception cref="ConfigException">A setting the mode needs is missing; its environment variable is named.</exception>
    public static IControlPlane CreateWithPending(ControlPlaneSettings settings, OperatorEnvironment environment, bool keepsDenials, Action<string> warn)
    {
        var inner = Create(settings);
        if (settings.Mode == ControlPlaneMode.Mock)
        {
            return inner;
        }

        var store = Path.GetFullPath(settings.StorePath ?? StorePaths.DefaultStorePath(environment));
        var name = ControlPlaneTarget.GetName(settings, store);
        var pending = new PendingSwitches(Path.Combine(Path.GetDirectoryName(store)!, "switches.pending.json"), name);
        if (keepsDenials || settings.Mode is ControlPlaneMode.Api or ControlPlaneMode.Convex)
        {
            return WithPending(inner, warn);
        }

        if (!pending.MayHaveAny())
        {
            return inner;
        }

        // A store does more than a control plane with pending switches: it is used itself once it knows what was set.
        var isThere = settings.Mode != ControlPlaneMode.Local || File.Exists(store);
        if (isThere)
        {
            using var sender = WithPending(Create(settings with { StoreAccess = StoreAccess.Write }), warn);
            sender.SendPending();
        }

        return pending.MayHaveAny() ? WithPending(inner, isThere ? static _ => { } : warn) : inner;

        OfflineControlPlane WithPending(IControlPlane plane, Action<string> told) => plane is IPaywallStore and IPaywallEditor editor
            ? new OfflineStore(plane, editor, pending, name, settings.Time, told) { KeepsDenials = keepsDenials }
            : new OfflineControlPlane(plane, pending, name, settings.Time, told) { KeepsDenials = keepsDenials };
    }

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

    /// <summary>The location of the team's store in <paramref name="settings"/>.</summary>
    /// <param name="settings">Settings of the control plane.</param>
    /// <param name="environment">Source of PGSERVICEFILE and HOME.</param>
    /// <exception cref="ConfigException">No address is set.</exception>
    public static PostgresStoreOptions CreatePostgresOptions(ControlPlaneSettings settings, OperatorEnvironment environment) => new()
    {
        Connection = settings.Postgres ?? throw new ConfigException(
            EnvironmentVariables.Postgres,
            "missing required environment variable",
            "Set " + EnvironmentVariables.Postgres + ", or use Connect-LightningOps -Mode Postgres -Postgres 'Host=db.example.com;Database=lightning;Username=operator'."),
        Password = settings.PostgresPassword,
        Environment = environment,
        Time = settings.Time,
        Patience = settings.Patience,
    };

    private static ConfigException Missing(string variable) => new(
        variable,
        "missing required environment variable",
        "Set " + variable + ", or pass the matching parameter of Connect-LightningOps. For a store on this machine: Connect-LightningOps Local, or -Mode Local.");
}
