using System;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Storage;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.ControlPlane.Local;

public sealed class LocalControlPlaneContractTests : ControlPlaneContract, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override Task<IControlPlane> OpenAsync() =>
        Task.FromResult<IControlPlane>(new LocalControlPlane(new LocalStoreOptions { Path = folder.File("store.db"), Time = Clock }));
}
