using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.ControlPlane.Mock;

public sealed class MockControlPlaneTests
{
    private readonly MockControlPlane plane = new(new FakeTimeProvider());

    [Fact]
    public async Task Its_paywalls_are_those_of_the_recorded_smokes()
    {
        var recorded = PaywallSnapshot.Read(Vectors.Bytes("smoke/paywalls.json"), "recorded");

        Assert.Equal(ArtifactJson.Serialize(recorded), ArtifactJson.Serialize(await plane.ListPaywallsAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Ids_count_up_from_one()
    {
        var intent = new DeploymentIntent { ConfigHash = new ConfigHash("cfg_1"), Status = DeploymentStatus.Pending, Diagnostics = [] };
        var draft = new GatewayEventDraft { PaywallId = "p", OwnerId = "o", EventType = "t", Level = EventLevel.Info };

        Assert.Equal("dep_mem_1", (await plane.RecordDeploymentAsync(intent, CancellationToken.None)).DeploymentId);
        Assert.Equal("dep_mem_2", (await plane.RecordDeploymentAsync(intent, CancellationToken.None)).DeploymentId);
        Assert.Equal("evt_mem_1", (await plane.RecordEventAsync(draft, CancellationToken.None)).EventId);
        Assert.Equal("evt_mem_2", (await plane.RecordEventAsync(draft, CancellationToken.None)).EventId);
    }

    [Fact]
    public async Task A_cancelled_call_changes_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, new CancellationToken(canceled: true)));

        Assert.False((await plane.GetSecurityStateAsync(CancellationToken.None)).Global.GlobalPause);
    }
}
