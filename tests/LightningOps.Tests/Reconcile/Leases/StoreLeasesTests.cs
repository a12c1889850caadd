using LightningOps.ControlPlane.Local;
using LightningOps.Reconcile.Leases;
using Xunit;

namespace LightningOps.Tests.Reconcile.Leases;

public sealed class StoreLeasesTests : LeaseStoreContract
{
    private protected override ILeaseStore Open() => new StoreLeases(new LocalStoreOptions { Path = Folder.File("store.db") });
}
