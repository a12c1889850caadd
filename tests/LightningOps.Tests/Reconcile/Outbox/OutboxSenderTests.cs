using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Reconcile.Outbox;

public sealed class OutboxSenderTests
{
    private readonly ReconcileBench bench = new();
    private readonly ReconcilePass pass;

    public OutboxSenderTests() => pass = new ReconcilePass(
        bench.ControlPlane, bench.Gateway, bench.Outbox, bench.Time, bench.Options, new StageTimeline(bench.Time, null, bench.Gateway.Name, ReconcileBench.RequestId), null!);

    [Theory]
    [InlineData(ControlPlaneFault.NotArrived, 1, 1)]
    [InlineData(ControlPlaneFault.AnswerLost, 0, 1)]
    [InlineData(ControlPlaneFault.LostInDoubt, 0, 0)]
    [InlineData(ControlPlaneFault.Refused, 0, 0)]
    internal async Task An_event_is_kept_only_when_it_certainly_did_not_arrive(ControlPlaneFault fault, int kept, int recordedInTheEnd)
    {
        bench.ControlPlane.Next(ControlPlaneCall.Event, fault);

        var result = await bench.RunAsync();

        Assert.True(result.Ok);
        Assert.Single(result.Warnings);
        Assert.Equal(kept, bench.Outbox.Waiting.Count);
        await bench.Reconciler.RunAsync(bench.Options with { RequestId = "second" }, CancellationToken.None);
        Assert.Empty(bench.Outbox.Waiting);
        var events = await bench.Plane.ListEventsAsync(new GatewayEventQuery { RequestId = ReconcileBench.RequestId }, CancellationToken.None);
        Assert.Equal(recordedInTheEnd, events.Count(recorded => recorded.EventType == "gateway_reconcile_health_ok"));
    }

    [Fact]
    public async Task One_that_still_does_not_arrive_waits_on_with_those_behind_it()
    {
        await KeepAsync("first");
        await KeepAsync("second");
        bench.ControlPlane.Next(ControlPlaneCall.Event, ControlPlaneFault.NotArrived);

        Assert.Equal(0, await SendAsync());

        Assert.Equal(["first", "second"], bench.Outbox.Waiting.Select(entry => entry.Event!.EventType));
        Assert.Equal(2, await SendAsync());
    }

    [Fact]
    public async Task One_that_is_refused_does_not_hold_up_those_behind_it()
    {
        await KeepAsync("refused");
        await KeepAsync("second");
        bench.ControlPlane.Next(ControlPlaneCall.Event, ControlPlaneFault.Refused);

        Assert.Equal(2, await SendAsync());

        Assert.Empty(bench.Outbox.Waiting);
        Assert.Equal("event_refused", Assert.Single(pass.Warnings).Code);
    }

    [Fact]
    public async Task An_outbox_that_cannot_be_used_is_a_warning()
    {
        using var folder = new TemporaryFolder();
        System.IO.File.WriteAllText(folder.File("store.db"), "no store, but long enough to be told from an empty file");
        using var broken = new StoreOutbox(new LocalStoreOptions { Path = folder.File("store.db") }, "target");
        bench.ControlPlane.Next(ControlPlaneCall.Event, ControlPlaneFault.NotArrived);

        var result = await new Reconciler(bench.ControlPlane, bench.Gateway, bench.Time, bench.Leases, broken).RunAsync(bench.Options, CancellationToken.None);

        Assert.True(result.Ok);
        Assert.Contains(result.Warnings, warning => warning.Code == "outbox_unavailable");
        Assert.Contains(result.Warnings, warning => warning.Code == "event_not_written");
    }

    private Task<int> SendAsync() => new OutboxSender(pass).SendAsync(CancellationToken.None);

    private Task KeepAsync(string type) => bench.Outbox.AddAsync(
        new OutboxEntry { Event = new GatewayEventDraft { PaywallId = "p", OwnerId = "o", EventType = type, Level = EventLevel.Info } },
        CancellationToken.None);
}
