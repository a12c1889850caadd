using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Reconcile;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.ApertureFile;

namespace LightningOps.TestProcess.Verbs;

/// <summary>
/// <c>watch-postgres connection path healthUrl</c>: keeps the file in line with a team's store, as one of several watches, and says how each pass
/// ended. The password is in OA_LIGHTNING_OPS_POSTGRES_PASSWORD. It runs until it is killed.
/// </summary>
internal sealed class WatchPostgres : IVerb
{
    public string Name => "watch-postgres";

    public int Run(string[] arguments)
    {
        RunAsync(arguments[0], arguments[1], arguments[2]).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task RunAsync(string connection, string path, string health)
    {
        var environment = OperatorEnvironment.From(new Dictionary<string, string>());
        var settings = new ControlPlaneSettings
        {
            Mode = ControlPlaneMode.Postgres,
            Postgres = connection,
            PostgresPassword = static () => Environment.GetEnvironmentVariable("OA_LIGHTNING_OPS_POSTGRES_PASSWORD"),
        };
        var options = ControlPlaneFactory.CreatePostgresOptions(settings, environment);
        using var plane = new PostgresControlPlane(options);
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = path, HealthUrl = health, Reload = new LoadedAtOnce() });
        using var leadership = WatchLeadership.Create(settings, environment)!;
        using var stores = ReconcileStores.Open(settings, environment, gateway.Name);
        var target = new WatchTarget
        {
            Drift = new DriftCheck(plane, gateway) { ReportsUnreachable = true, AsksGateway = false },
            Reconciler = new Reconciler(plane, gateway, stores),
            Options = new ReconcileOptions { RequestId = "watch" },
        };
        var watch = new ReconcileWatch(
            _ => Task.FromResult(new WatchSession([target], [])),
            new WatchOptions { Gateways = [gateway.Name], Interval = TimeSpan.FromSeconds(30), Notifier = plane, Leadership = leadership });
        var number = 0;
        await watch.RunAsync(
            () => "watch:" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + ":" + (++number).ToString(CultureInfo.InvariantCulture),
            static pass => Console.Out.WriteLineAsync(string.Join(" ", pass.Gateways.Select(static one => one.Outcome + " " + one.Code + one.Leader))),
            CancellationToken.None,
            CancellationToken.None);
    }
}
