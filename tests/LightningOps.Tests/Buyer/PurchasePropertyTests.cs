using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.Buyer.Credentials;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Buyer;

/// <summary>
/// Any sequence of faults, at any step of any call: money moves once for each reason there was to buy, everything paid
/// for is found again, and no budget is exceeded.
/// </summary>
public sealed class PurchasePropertyTests : IDisposable
{
    private const int Sequences = 10_000;

    private static readonly Gen<PurchaseFate> Fates = Gen.Frequency((5, Gen.Const(PurchaseFate.Well)), (5, Gen.Enum<PurchaseFate>()));

    private static readonly Gen<Step> Steps = Gen.Select(
        Fates.Array[0, 5],
        Gen.Int[0, 9],
        Gen.Int[0, 90],
        (fates, turn, minutes) => new Step(fates, turn == 0, turn == 1, minutes));

    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentBag<(CredentialStore Store, InertTime Time)> idle = [];
    private int opened;
    private int hosts;

    public void Dispose()
    {
        foreach (var (store, _) in idle)
        {
            store.Dispose();
        }

        folder.Dispose();
    }

    [Fact]
    public void Whatever_happens_nothing_is_paid_twice_and_nothing_paid_is_lost() =>
        Steps.Array[1, 3].Sample(
            steps => HoldAsync(steps).GetAwaiter().GetResult(),
            iter: Sequences,
            threads: Environment.ProcessorCount,
            print: steps => string.Join(" | ", steps.Select(step => step.ToString())));

    private async Task HoldAsync(Step[] steps)
    {
        var (store, time) = idle.TryTake(out var free) ? free : Open();
        var world = new PurchaseWorld(store, time, "host" + Interlocked.Increment(ref hosts) + ".example.com");
        foreach (var step in steps)
        {
            await world.CallAsync(step.Fates, step.Forces);
            Check(world);
            if (step.Revokes)
            {
                world.Revoke();
            }

            time.Advance(TimeSpan.FromMinutes(step.Minutes));
        }

        await HealAsync(world, time);
        idle.Add((store, time));
    }

    private static void Check(PurchaseWorld world)
    {
        Assert.True(world.Payments <= world.Reasons, world.Payments + " payments for " + world.Reasons + " reasons");
        Assert.True(world.MostInAnHour() <= PurchaseWorld.HourlyBudget, world.MostInAnHour() + " msat in an hour");
    }

    /// <summary>When all is well again, what was paid for is used; only what was refused has to be asked for anew.</summary>
    private static async Task HealAsync(PurchaseWorld world, InertTime time)
    {
        // Until every invoice has expired and every budget is free again.
        time.Advance(TimeSpan.FromDays(2));
        if (!await world.CallAsync([]))
        {
            var purchases = await world.PurchasesAsync();
            Assert.Contains(purchases, purchase => purchase.State == PurchaseState.Rejected);

            // An unfinished purchase is used before anything new is paid, and may be refused as well.
            var heals = false;
            for (var calls = 0; !heals && calls <= purchases.Count(purchase => purchase.IsUnfinished); calls++)
            {
                heals = await world.CallAsync([], forceRefresh: true);
            }

            Assert.True(heals, "does not heal");
        }

        // A purchase forced while there is a valid credential is looked up when one is needed again.
        if ((await world.PurchasesAsync()).Any(purchase => purchase.IsUnfinished))
        {
            Assert.True(await world.CallAsync([], forceRefresh: true), "does not look");
        }

        var paid = world.Payments;
        Assert.True(await world.CallAsync([]), "does not stay well");
        Assert.Equal(paid, world.Payments);
        Check(world);
        var all = await world.PurchasesAsync();
        Assert.Equal(paid, all.Count(purchase => purchase.State is PurchaseState.Paid or PurchaseState.Invalid or PurchaseState.Rejected && purchase.ProofReference is not null));
        Assert.DoesNotContain(all, purchase => purchase.IsUnfinished);
        Assert.Single(all, purchase => purchase.State == PurchaseState.Paid);
    }

    private (CredentialStore Store, InertTime Time) Open()
    {
        var time = new InertTime();
        var store = new CredentialStore(new CredentialStoreOptions { Path = folder.File("credentials" + Interlocked.Increment(ref opened) + ".db"), Time = time, IsDurable = false, IsAlive = _ => false });
        return (store, time);
    }

    private sealed record Step(PurchaseFate[] Fates, bool Revokes, bool Forces, int Minutes)
    {
        public override string ToString() => string.Join(",", Fates) + (Revokes ? " revoked" : string.Empty) + (Forces ? " forced" : string.Empty) + " +" + Minutes;
    }
}
