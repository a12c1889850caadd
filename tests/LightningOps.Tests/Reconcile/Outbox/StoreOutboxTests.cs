using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.Reconcile.Outbox;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Reconcile.Outbox;

public sealed class StoreOutboxTests : OutboxContract
{
    private readonly TemporaryFolder folder = new();

    public override void Dispose()
    {
        base.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task An_event_taken_by_a_process_that_ended_is_never_given_out_again()
    {
        using (var first = Open())
        {
            await first.AddAsync(Event("taken"), None);
            await first.AddAsync(Event("kept"), None);
            await first.DequeueAsync(0, "gateway", None);
        }

        using var second = Open();
        var taken = (await second.DequeueAsync(0, "gateway", None))!;
        Assert.Equal("kept", taken.Event!.EventType);
        Assert.Null(await second.DequeueAsync(taken.Sequence, "gateway", None));
    }

    [Fact]
    public async Task What_one_control_plane_could_not_be_told_is_not_told_another()
    {
        using var outbox = Open();
        await outbox.AddAsync(Event("theirs"), None);

        using var other = Open("convex:https://b.example.com");
        Assert.Null(await other.DequeueAsync(0, "gateway", None));
    }

    [Fact]
    public async Task Looking_makes_no_file()
    {
        using var outbox = Open();
        Assert.Null(await outbox.DequeueAsync(0, "gateway", None));
        await outbox.ForgetDeploymentAsync("dep", None);

        Assert.False(System.IO.File.Exists(folder.File("store.db")));
    }

    [Fact]
    public async Task Of_several_that_take_at_once_one_gets_each()
    {
        using var outbox = Open();
        for (var i = 0; i < 20; i++)
        {
            await outbox.AddAsync(Event("event" + i), None);
        }

        var takers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            using var mine = Open();
            var taken = new List<string>();
            while (await mine.DequeueAsync(0, "gateway", None) is { } entry)
            {
                taken.Add(entry.Event!.EventType);
            }

            return taken;
        }));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => "event" + i).Order(), (await Task.WhenAll(takers)).SelectMany(taken => taken).Order());
    }

    private protected override IOutbox Open() => Open("api:https://a.example.com");

    private StoreOutbox Open(string target) => new(new LocalStoreOptions { Path = folder.File("store.db") }, target);
}
