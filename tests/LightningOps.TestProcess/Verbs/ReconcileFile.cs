using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Leases;
using LightningOps.Reconcile;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Tests.Gateway.ApertureFile;

namespace LightningOps.TestProcess.Verbs;

/// <summary>
/// <c>reconcile-file store path healthUrl requestId leases waitSeconds [place]</c>: reconciles the file with what the store
/// wants, its lease among <c>file</c> or <c>store</c> leases, and says how it ended. At a place, the beginning of a stage
/// (<c>stage:apply</c>) or a step of the gateway (<c>step:write</c>), it says the place and waits to be killed, or until
/// there is a file of the same path with <c>.go</c> at the end. It says <c>waits</c> and for whom while it waits for the lease.
/// </summary>
internal sealed class ReconcileFile : IVerb
{
    public string Name => "reconcile-file";

    public int Run(string[] arguments)
    {
        var (store, path, health, request, leases) = (arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
        var stop = new Stop(arguments.Length > 6 ? arguments[6] : string.Empty, path + ".go");
        var storeOptions = new LocalStoreOptions { Path = store, LockTimeout = TimeSpan.FromMinutes(1) };
        using var plane = new LocalControlPlane(storeOptions);
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = path, HealthUrl = health, Reload = new LoadedAtOnce(), Step = step => stop.At("step:" + step) });
        using var stores = ReconcileStores.Open(
            new ControlPlaneSettings { Mode = ControlPlaneMode.Local, StorePath = store }, OperatorEnvironment.From(new Dictionary<string, string>()), gateway.Name);
        using var journal = OperatorJournal.Open(new ControlPlaneSettings { Mode = ControlPlaneMode.Local, StorePath = store }, OperatorEnvironment.From(new Dictionary<string, string>()))!;
        using var storeLeases = new StoreLeases(storeOptions);
        var reconciler = new Reconciler(
            plane, gateway, TimeProvider.System, leases == "store" ? storeLeases : stores.Leases, stores.Outbox, stop)
        {
            Journal = (deed, warn) => journal.TryAppendAsync(deed, warn),
        };
        try
        {
            var options = new ReconcileOptions { RequestId = request, LeaseWait = TimeSpan.FromSeconds(int.Parse(arguments[5], CultureInfo.InvariantCulture)) };
            var result = reconciler.RunAsync(options, CancellationToken.None).GetAwaiter().GetResult();
            Console.WriteLine(result.DeploymentStatus + " " + result.Changed);
            return result.Ok ? 0 : 1;
        }
        catch (LightningOpsException failure)
        {
            Console.WriteLine(failure.Tag + " " + failure.Message);
            return 2;
        }
    }

    private sealed class Stop(string place, string go) : IProgress<StageReport>
    {
        private bool isOver;

        public void Report(StageReport value)
        {
            if (value.Status == StageStatus.Waiting)
            {
                Console.WriteLine("waits " + value.Reason);
            }
            else if (value.Status == StageStatus.Started)
            {
                At("stage:" + EnumName.GetName(value.Stage));
            }
        }

        public void At(string reached)
        {
            if (isOver || place != reached)
            {
                return;
            }

            isOver = true;
            Console.WriteLine(reached);
            while (!File.Exists(go))
            {
                Thread.Sleep(10);
            }
        }
    }
}
