using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;

namespace LightningOps.Tests.ControlPlane.Mock;

public sealed class MockControlPlaneContractTests : ControlPlaneContract
{
    protected override Task<IControlPlane> OpenAsync() => Task.FromResult<IControlPlane>(new MockControlPlane(Clock));
}
