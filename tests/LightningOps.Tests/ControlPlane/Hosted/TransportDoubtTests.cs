using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Hosted;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ControlPlane.Hosted;

/// <summary>What a failed call says of whether it may have taken effect: an event is sent again only when it certainly did not.</summary>
public sealed class TransportDoubtTests : IAsyncLifetime
{
    private readonly LoopbackServer server = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(401, false, false)]
    [InlineData(408, true, false)]
    [InlineData(422, false, true)]
    [InlineData(429, false, false)]
    [InlineData(500, true, false)]
    [InlineData(502, true, false)]
    [InlineData(504, true, false)]
    [InlineData(560, false, true)]
    public async Task A_status_tells(int status, bool mayHaveArrived, bool isRefusal)
    {
        server.Enqueue(Reply.Status(status));

        var failure = await FailAsync();

        Assert.Equal((mayHaveArrived, isRefusal), (failure.MayHaveArrived, failure.IsRefusal));
    }

    [Fact]
    public async Task A_connection_dropped_after_the_request_leaves_it_in_doubt()
    {
        server.Enqueue(Reply.DropAfterReading);

        Assert.True((await FailAsync()).MayHaveArrived);
    }

    [Fact]
    public async Task An_error_in_a_good_answer_is_a_refusal()
    {
        server.Enqueue(Reply.Json("{\"error\":\"no such paywall\"}"));

        var failure = await FailAsync();

        Assert.Equal((false, true), (failure.MayHaveArrived, failure.IsRefusal));
    }

    [Fact]
    public async Task A_connection_that_was_refused_leaves_no_doubt()
    {
        using var handler = new RefusingHandler(refusals: 1);

        Assert.False((await FailAsync(handler)).MayHaveArrived);
    }

    private async Task<ControlPlaneTransportException> FailAsync(System.Net.Http.HttpMessageHandler? handler = null)
    {
        using var plane = new ApiControlPlane(new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("s"), Tries = 1, Handler = handler });
        var draft = new GatewayEventDraft { PaywallId = "p", OwnerId = "o", EventType = "t", Level = EventLevel.Info };
        return await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.RecordEventAsync(draft, CancellationToken.None));
    }
}
