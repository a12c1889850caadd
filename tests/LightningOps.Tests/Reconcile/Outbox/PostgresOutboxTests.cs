using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.Reconcile.Outbox;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Reconcile.Outbox;

[NeedsPostgres]
public sealed class PostgresOutboxTests : OutboxContract, IClassFixture<PostgresDatabase>
{
    private readonly PostgresDatabase database;

    public PostgresOutboxTests(PostgresDatabase database)
    {
        this.database = database;
        if (PostgresServer.IsAvailable)
        {
            database.Empty();
        }
    }

    [PostgresFact]
    public async Task What_one_control_plane_could_not_be_told_is_not_told_another()
    {
        using var outbox = Open();
        await outbox.AddAsync(Event("theirs"), None);

        using var other = new PostgresOutbox(database.Options(), "convex:https://b.example.com");
        Assert.Null(await other.DequeueAsync(0, "gateway", None));
    }

    [PostgresFact]
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

    private protected override IOutbox Open() => new PostgresOutbox(database.Options(), "api:https://a.example.com");
}
