using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Hosted;
using LightningOps.Settings;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.ControlPlane.Hosted;

public abstract class HostedControlPlaneContractTests : ControlPlaneContract
{
    private LoopbackServer server = null!;

    protected override Task<IControlPlane> OpenAsync()
    {
        server = new LoopbackServer(new HostedStub(Clock).AnswerAsync);
        return Task.FromResult(Open(new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("test-secret") }));
    }

    protected override async Task CloseAsync() => await server.DisposeAsync();

    protected abstract IControlPlane Open(HostedControlPlaneOptions options);

    public sealed class Api : HostedControlPlaneContractTests
    {
        protected override IControlPlane Open(HostedControlPlaneOptions options) => new ApiControlPlane(options);
    }

    public sealed class Convex : HostedControlPlaneContractTests
    {
        protected override IControlPlane Open(HostedControlPlaneOptions options) => new ConvexControlPlane(options);
    }
}
