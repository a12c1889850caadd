using LightningOps.Leases;
using Xunit;

namespace LightningOps.Tests.Leases;

public sealed class MemoryLeasesTests : LeaseStoreContract
{
    private readonly MemoryLeases store = new();

    private protected override ILeaseStore Open() => store;
}
