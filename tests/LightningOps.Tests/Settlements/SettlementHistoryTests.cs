using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.Settlements;
using LightningOps.Settlements.Sources;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Settlements;

/// <summary>What is recorded depends on the set of events: not on their order, on their batches, or on being told twice.</summary>
public sealed class SettlementHistoryTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();
    private int stores;

    private static readonly Gen<(SettlementEvent[] Told, SettlementEvent[][] Batches)> Cases =
        Histories.All.SelectMany(told => Histories.Rearranged(told).Select(batches => (told, batches)));

    public void Dispose() => folder.Dispose();

    [Fact]
    public Task In_memory_any_order_in_any_batches_comes_to_the_same() =>
        Cases.SampleAsync(
            async sample =>
            {
                using var inOrder = new MockControlPlane(new FakeTimeProvider());
                using var rearranged = new MockControlPlane(TickingClock());
                await inOrder.IngestAsync(sample.Told.Distinct().ToArray(), None);
                await IngestAsync(rearranged, sample.Batches);

                return await GetState(inOrder) == await GetState(rearranged);
            },
            iter: 3000);

    [Fact]
    public Task In_a_store_any_order_in_any_batches_comes_to_the_same() =>
        Cases.SampleAsync(
            async sample =>
            {
                using var inOrder = new MockControlPlane(new FakeTimeProvider());
                using var rearranged = new LocalControlPlane(NewStore());
                await inOrder.IngestAsync(sample.Told.Distinct().ToArray(), None);
                await IngestAsync(rearranged, sample.Batches);

                return await GetState(inOrder) == await GetState(rearranged);
            },
            iter: 60,
            threads: 1);

    [Fact]
    public Task An_import_that_ended_between_two_batches_and_is_made_again_comes_to_the_same() =>
        Gen.Select(Cases, Gen.Int[0, 20], (sample, end) => (sample.Told, sample.Batches, end)).SampleAsync(
            async sample =>
            {
                using var inOrder = new MockControlPlane(new FakeTimeProvider());
                await inOrder.IngestAsync(sample.Told, None);
                var store = NewStore();
                using (var ended = new LocalControlPlane(store))
                {
                    await IngestAsync(ended, sample.Batches.Take(sample.end).ToArray());
                }

                using var again = new LocalControlPlane(store);
                await IngestAsync(again, sample.Batches);
                return await GetState(inOrder) == await GetState(again);
            },
            iter: 60,
            threads: 1);

    [Fact]
    public Task Calls_one_by_one_and_several_at_once_come_to_the_same_as_a_batch() =>
        Cases.SampleAsync(
            async sample =>
            {
                // A hosted control plane takes no settlement without preimage.
                var told = sample.Told.Where(one => one.Record is null).ToArray();
                using var inOrder = new MockControlPlane(new FakeTimeProvider());
                await inOrder.IngestAsync(told, None);
                using var single = new MockControlPlane(TickingClock());
                var import = new SettlementImport(new OneByOne(single), new SettlementImportOptions { BatchSize = 3, Concurrency = 4 });
                await import.ImportAsync(new SettlementListSource(told.Select(one => SettlementInput.From(one)).ToArray(), "test"), None);

                return await GetState(inOrder) == await GetState(single);
            },
            iter: 300);

    // By hash; and by the references of a hosted control plane, which lists no payment hash.
    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(1, 2, 3)]
    [InlineData(0, 2, 4)]
    public Task Each_payment_is_booked_once_in_any_order_under_any_ids(params int[] kinds) =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, 2].Select(place => kinds[place])).Array[0, 30].SelectMany(told => Gen.Select(Gen.Int[1, 7], Gen.Const(told)))
            .SampleAsync(
                async sample =>
                {
                    var events = sample.Item2.Select(one => Payment(one.Item1, one.Item2, one.Item3)).ToArray();
                    using var memory = new MockControlPlane(new FakeTimeProvider());
                    using var store = new LocalControlPlane(NewStore());
                    var (inMemory, inStore, previewed) = (new List<IngestOutcome>(), new List<IngestOutcome>(), new List<IngestOutcome>());
                    foreach (var batch in events.Chunk(sample.Item1))
                    {
                        previewed.AddRange(await store.CreatePreview().IngestAsync(batch, None));
                        inMemory.AddRange(await memory.IngestAsync(batch, None));
                        inStore.AddRange(await store.IngestAsync(batch, None));
                    }

                    var booked = await memory.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, None);
                    return booked.Count == sample.Item2.Select(one => one.Item1).Distinct().Count()
                        && inMemory.All(static outcome => outcome.Conflict is null)
                        && inMemory.Select(static outcome => (outcome.Existed, outcome.Settlement!.SettlementId)).SequenceEqual(inStore.Select(static outcome => (outcome.Existed, outcome.Settlement!.SettlementId)))
                        && previewed.Select(static outcome => outcome.Existed).SequenceEqual(inStore.Select(static outcome => outcome.Existed))
                        && await GetState(memory) == await GetState(store);
                },
                iter: 60,
                threads: 1);

    [Fact]
    public Task Telling_a_history_again_changes_nothing() =>
        Cases.SampleAsync(
            async sample =>
            {
                using var plane = new MockControlPlane(TickingClock());
                await plane.IngestAsync(sample.Told, None);
                var again = await plane.IngestAsync(sample.Batches.SelectMany(batch => batch).ToArray(), None);

                return again.All(outcome => !outcome.InvoiceChanged && (outcome.Settlement is null || outcome.Existed));
            },
            iter: 1000);

    // A payment, as a processor reports it with or without its hash, as a gateway lists it, or as a hosted control plane exports it, under one of several ids.
    private static SettlementEvent Payment(int payment, int id, int kind)
    {
        var preimage = Convert.ToHexStringLower(SHA256.HashData([(byte)payment]));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(preimage)));
        var name = payment + "_" + id;
        return kind is 0 or 3 or 4
            ? SettlementEvent.From(new ExternalSettlement { SettlementId = "set_" + name, InvoiceId = "inv_" + name, PaywallId = "pw", OwnerId = "owner", AmountMsats = 1000, PaymentHash = kind == 0 ? hash : null, PaymentProofRef = kind == 3 ? "lightning_preimage:" + preimage[..24] : "lightning_payment_hash:" + hash[..24], SettledAtMs = 1 })
            : SettlementEvent.From(new SettlementWithProof { SettlementId = "set_" + name, InvoiceId = "inv_" + name, PaywallId = "pw", OwnerId = "owner", AmountMsats = 1000, PaymentHash = kind == 1 ? null : hash.ToUpperInvariant(), PaymentProofValue = preimage });
    }

    private static async Task<string> GetState(ISettlementHistory books) => Histories.GetState(
        await books.ListInvoicesAsync(new InvoiceQuery { First = int.MaxValue }, None),
        await books.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, None));

    private static async Task IngestAsync(IBulkIngest plane, IReadOnlyList<SettlementEvent[]> batches)
    {
        foreach (var batch in batches)
        {
            await plane.IngestAsync(batch, None);
        }
    }

    private static FakeTimeProvider TickingClock() => new() { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    private LocalStoreOptions NewStore() => new() { Path = Path.Combine(folder.Path, Interlocked.Increment(ref stores) + ".db") };
}
