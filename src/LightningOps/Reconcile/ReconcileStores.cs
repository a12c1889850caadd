using System;
using System.IO;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Records;
using LightningOps.Leases;
using LightningOps.Reconcile.Outbox;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.Reconcile;

/// <summary>Storage of the leases and the outbox of a reconcile. Only this class selects the implementation.</summary>
public sealed class ReconcileStores : IDisposable
{
    private const string FileGateway = "file:";

    private readonly IDisposable? leaseStore;

    private readonly IGatewayRecords? records;

    private ReconcileStores(ILeaseStore leases, IOutbox outbox, IGatewayRecords? records, string gatewayName, TimeProvider time)
    {
        Leases = leases;
        Outbox = outbox;
        this.records = records;
        History = records is null ? null : new GuardRailHistory(records, gatewayName, time);
        leaseStore = leases as IDisposable;
    }

    /// <summary>Storage of the leases.</summary>
    public ILeaseStore Leases { get; }

    /// <summary>Outbox for records that the control plane could not receive.</summary>
    public IOutbox Outbox { get; }

    /// <summary>Earlier roll-outs to the gateway that count for the guard rails; null in Mock mode.</summary>
    internal GuardRailHistory? History { get; }

    /// <summary>All for a control plane and a gateway; nothing is opened yet.</summary>
    /// <param name="settings">Settings of the control plane. In Mock mode both are in memory, in Local and Postgres mode in its store.</param>
    /// <param name="environment">Current settings; they locate the local store.</param>
    /// <param name="gatewayName">Name of the gateway. The lease of a file is kept beside the file.</param>
    /// <exception cref="ConfigException">The user has no data directory.</exception>
    public static ReconcileStores Open(ControlPlaneSettings settings, OperatorEnvironment environment, string gatewayName)
    {
        if (settings.Mode == ControlPlaneMode.Mock)
        {
            return new ReconcileStores(new MemoryLeases(), new MemoryOutbox(), null, gatewayName, settings.Time);
        }

        if (settings.Mode == ControlPlaneMode.Postgres)
        {
            // A file exists on one machine, so its lease is kept beside it.
            var database = ControlPlaneFactory.CreatePostgresOptions(settings, environment);
            return new ReconcileStores(
                IsFile(gatewayName) ? FileLeases.Beside(gatewayName.Substring(FileGateway.Length)) : new PostgresLeases(database),
                new PostgresOutbox(database, ControlPlaneTarget.GetName(settings, string.Empty)),
                new PostgresGatewayRecords(database),
                IsFile(gatewayName) ? Environment.MachineName + " " + gatewayName : gatewayName,
                settings.Time);
        }

        var store = new LocalStoreOptions { Path = settings.StorePath ?? StorePaths.DefaultStorePath(environment), Time = settings.Time };
        var records = store with { Access = settings.StoreAccess };
        return new ReconcileStores(
            CreateLeases(settings.Mode, store, gatewayName),
            new StoreOutbox(store, ControlPlaneTarget.GetName(settings, store.Path)),
            settings.Mode == ControlPlaneMode.Local ? new StoreGatewayRecords(records) : new FileGatewayRecords(Path.Combine(GetFolder(store.Path), "gateways.json")),
            gatewayName,
            settings.Time);
    }

    /// <summary>Closes all.</summary>
    public void Dispose()
    {
        leaseStore?.Dispose();
        Outbox.Dispose();
        records?.Dispose();
    }

    private static ILeaseStore CreateLeases(ControlPlaneMode mode, LocalStoreOptions store, string gatewayName) =>
        IsFile(gatewayName) ? FileLeases.Beside(gatewayName.Substring(FileGateway.Length))
        : mode == ControlPlaneMode.Local ? new StoreLeases(store)
        : new FileLeases(Path.Combine(GetFolder(store.Path), "leases"));

    private static bool IsFile(string gatewayName) => gatewayName.StartsWith(FileGateway, StringComparison.Ordinal);

    private static string GetFolder(string file) => Path.GetDirectoryName(Path.GetFullPath(file)) ?? ".";
}
