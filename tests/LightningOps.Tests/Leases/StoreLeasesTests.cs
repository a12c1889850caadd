using LightningOps.Leases;
using LightningOps.Storage;
using Xunit;

namespace LightningOps.Tests.Leases;

public sealed class StoreLeasesTests : LeaseStoreContract
{
    private protected override ILeaseStore Open() => new StoreLeases(new LocalStoreOptions { Path = Folder.File("store.db") });
}
