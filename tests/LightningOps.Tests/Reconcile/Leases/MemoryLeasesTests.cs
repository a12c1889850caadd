using LightningOps.Reconcile.Leases;
using Xunit;

namespace LightningOps.Tests.Reconcile.Leases;

public sealed class MemoryLeasesTests : LeaseStoreContract
{
    private readonly MemoryLeases store = new();

    private protected override ILeaseStore Open() => store;
}
