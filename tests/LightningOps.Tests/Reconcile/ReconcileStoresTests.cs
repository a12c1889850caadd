using System.Collections.Generic;
using LightningOps.ControlPlane;
using LightningOps.Leases;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Reconcile;

public sealed class ReconcileStoresTests
{
    [Theory]
    [InlineData(ControlPlaneMode.Mock, "memory", typeof(MemoryLeases), typeof(MemoryOutbox))]
    [InlineData(ControlPlaneMode.Local, "memory", typeof(StoreLeases), typeof(StoreOutbox))]
    [InlineData(ControlPlaneMode.Local, "file:/etc/aperture/aperture.yaml", typeof(FileLeases), typeof(StoreOutbox))]
    [InlineData(ControlPlaneMode.Api, "ops:https://gateway.example.com", typeof(FileLeases), typeof(StoreOutbox))]
    public void They_are_where_everybody_concerned_sees_them(ControlPlaneMode mode, string gateway, System.Type leases, System.Type outbox)
    {
        using var folder = new TemporaryFolder();
        var environment = OperatorEnvironment.From(new Dictionary<string, string> { [EnvironmentVariables.Store] = folder.File("store.db") });

        using var stores = ReconcileStores.Open(ControlPlaneSettings.From(environment, mode), environment, gateway);

        Assert.IsType(leases, stores.Leases);
        Assert.IsType(outbox, stores.Outbox);
        Assert.Empty(System.IO.Directory.GetFileSystemEntries(folder.Path));
    }
}
