using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.Json;
using LightningOps.Observability;
using LightningOps.Paywalls;
using LightningOps.Settlements;
using LightningOps.Settlements.Sources;
using LightningOps.Storage;
using LightningOps.Tests.ControlPlane.Local;
using LightningOps.Tests.Observability;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Settlements;

public sealed class SettlementImportTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Everything_is_counted_once_whatever_the_batch(int batchSize)
    {
        using var plane = OpenStore();
        var import = new SettlementImport(plane, new SettlementImportOptions { BatchSize = batchSize, KeptCorrelations = 3, KeptRejections = 2 });

        await import.ImportAsync(SalesFile(40, badLines: true), None);
        await import.ImportAsync(SalesFile(20), None);

        var result = import.CreateResult("test");
        Assert.False(result.Ok);
        Assert.Equal((80L, 40L, 80L, 40L, 20L, 40L), (result.Processed, result.Repeated, result.InvoicesUpdated, result.SettlementsNew, result.SettlementsExisting, result.RejectedCount));
        Assert.Equal(40 * 2500, (long)result.AmountMsats);
        Assert.Equal([3L, 6L], result.Rejected.Select(rejected => rejected.Line!.Value));
        Assert.Equal([new CorrelationRef { SettlementId = "set_0", PaymentProofRef = "lightning_preimage:" + new string('0', 24), RequestId = "req_0", TaskId = "task_0", RouteId = "route" }], result.CorrelationRefs.Take(1));
        Assert.Equal(3, result.CorrelationRefs.Count);
        Assert.Equal(40, (await plane.ListSettlementsAsync(new SettlementQuery { First = 1000 }, None)).Count);
    }

    [Fact]
    public async Task An_import_is_a_span_and_its_settlements_are_counted()
    {
        using var probe = new TelemetryProbe();
        using var plane = OpenStore();
        var import = new SettlementImport(plane, new SettlementImportOptions { BatchSize = 7 });

        await import.ImportAsync(SalesFile(20), None);
        await import.ImportAsync(SalesFile(20), None);

        Assert.Equal([40L, 40L], probe.Spans.Where(span => span.OperationName == "lightningops.settlement.import").Select(span => span.GetTagItem("lightningops.event_count")));
        var counted = probe.GetMeasurements("lightningops.settlements").ToLookup(measured => measured.Tags["existed"], measured => measured.Value);
        Assert.Equal((20, 20), (counted[false].Sum(), counted[true].Sum()));
    }

    [Fact]
    public async Task An_import_is_told_with_its_rejected_lines()
    {
        using var plane = OpenStore();
        var import = new SettlementImport(plane, new SettlementImportOptions());
        await import.ImportAsync(SalesFile(4, badLines: true), None);

        var run = ((IReportable)import.CreateResult("sales.jsonl")).ToReport();

        Assert.Equal(CheckOutcome.Failed, Assert.Single(run.Checks).Outcome);
        Assert.Equal(["line 3", "line 6", "line 9", "line 12"], run.Failures.Select(failure => failure.Where!.Split(" (")[0]));
        Assert.Equal(4 * 2500, (long)Assert.Single(run.Money).Amount);
    }

    [Fact]
    public async Task A_sum_beyond_64_bits_is_exact_in_the_result_and_on_its_page()
    {
        using var plane = OpenStore();
        var import = new SettlementImport(plane, new SettlementImportOptions());
        var all = Enumerable.Range(1, 5).Select(number => "{\"settlementId\":\"set_" + number + "\",\"paywallId\":\"pw\",\"ownerId\":\"o\",\"amountMsats\":2100000000000000000,\"paymentProofRef\":\"lightning_payment_hash:aa\"}").ToArray();
        await import.ImportAsync(Source(string.Join('\n', all)), None);

        var result = import.CreateResult("sales.jsonl");
        var page = LightningOps.Artifacts.Reports.Html.ReportPage.Render([((IReportable)result).ToReport()]);

        Assert.Equal(10_500_000_000_000_000_000m, result.AmountMsats);
        Assert.Contains("10\u202f500\u202f000\u202f000\u202f000\u202f000\u00a0sat", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preimage_of_another_payment_is_a_rejected_line()
    {
        using var plane = OpenStore();
        var hash = GetHash(new string('b', 64));

        var result = await ImportAsync(plane, Settlement("set_1", new string('a', 64), hash), Settlement("set_2", new string('b', 64), hash.ToUpperInvariant()));

        Assert.Equal((false, 1L, 1L), (result.Ok, result.SettlementsNew, result.RejectedCount));
        Assert.Equal(("preimage_mismatch", 1L, "set_1"), (result.Rejected[0].Code, result.Rejected[0].Line, result.Rejected[0].Id));
        Assert.Equal(hash, Assert.Single(await plane.ListSettlementsAsync(new SettlementQuery(), None)).PaymentHash);
        Assert.Empty(await plane.ListInvoicesAsync(new InvoiceQuery { PaymentHash = "x" }, None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_payment_under_two_ids_counts_once_whatever_the_source(bool local)
    {
        using var store = OpenStore();
        using var memory = new MockControlPlane(TimeProvider.System);
        var (plane, books) = local ? ((IControlPlane)store, (ISettlementHistory)store) : (memory, memory);
        var preimage = new string('c', 64);
        var hash = GetHash(preimage);
        await plane.IngestInvoiceAsync(new InvoiceUpdate { InvoiceId = "inv_other", PaywallId = "pw", OwnerId = "owner", AmountMsats = 2500, Status = InvoiceStatus.Open }, None);

        // As a gateway lists it, rounded up; as a processor tells it, with and without its hash; under an invoice known by another id.
        var result = await ImportAsync(
            plane,
            "{\"settlementId\":\"set_" + hash + "\",\"invoiceId\":\"inv_" + hash + "\",\"paywallId\":\"pw\",\"ownerId\":\"owner\",\"amountMsats\":3000,\"paymentHash\":\"" + hash + "\",\"paymentProofRef\":\"lightning_payment_hash:" + hash[..24] + "\"}",
            Settlement("set_1", preimage, hash),
            Settlement("set_2", preimage, null),
            Settlement("set_3", preimage, hash, invoice: "inv_other"));

        Assert.Equal((true, 1L, 3L, 3000L), (result.Ok, result.SettlementsNew, result.SettlementsExisting, (long)result.AmountMsats));
        Assert.Equal("set_" + hash, Assert.Single(await books.ListSettlementsAsync(new SettlementQuery(), None)).Settlement.SettlementId);
        Assert.Equal(["inv_" + hash, "inv_other"], (await books.ListInvoicesAsync(new InvoiceQuery { Status = InvoiceStatus.Settled }, None)).Select(invoice => invoice.InvoiceId).Order());
    }

    [Theory]
    [InlineData("\"amountMsats\":2500", "\"amountMsats\":9", "amountMsats")]
    [InlineData("\"ownerId\":\"owner\"", "\"ownerId\":\"thief\"", "ownerId")]
    [InlineData("\"paywallId\":\"pw\"", "\"paywallId\":\"other\"", "paywallId")]
    [InlineData("hash_1", "hash_2", "paymentHash")]
    public async Task The_same_id_with_another_amount_owner_paywall_or_hash_is_a_conflict(string member, string other, string name)
    {
        var line = Settlement("set_1", new string('d', 64), "hash_1");
        using var store = OpenStore();
        using var memory = new MockControlPlane(TimeProvider.System);
        using var hosted = new OneByOne(memory);
        foreach (var plane in new IControlPlane[] { store, hosted })
        {
            var result = await ImportAsync(plane, line, line.Replace(member, other, StringComparison.Ordinal), line);

            if (plane == hosted && name == "paymentHash")
            {
                // A hosted control plane does not tell the hash it recorded.
                Assert.Equal((true, 0L), (result.Ok, result.Conflicts));
                continue;
            }

            Assert.Equal((false, 1L, 1L, 1L, 1L), (result.Ok, result.SettlementsNew, result.SettlementsExisting, result.Conflicts, result.RejectedCount));
            Assert.Equal((RejectionCodes.Conflict, 2L, "set_1", "the settlement is recorded with another " + name), (result.Rejected[0].Code, result.Rejected[0].Line, result.Rejected[0].Id, result.Rejected[0].Reason));
            Assert.Equal(2500, (long)result.AmountMsats);
        }
    }

    [Theory]
    [InlineData("\"ownerId\":\"owner\"", "\"ownerId\":\"thief\"", "ownerId")]
    [InlineData("\"paywallId\":\"pw\"", "\"paywallId\":\"other\"", "paywallId")]
    [InlineData("\"amountMsats\":2500", "\"amountMsats\":4000", "amountMsats")]
    [InlineData("\"amountMsats\":2500", "\"amountMsats\":2600", "amountMsats")]
    public async Task One_payment_under_two_ids_with_two_owners_paywalls_or_amounts_is_a_conflict(string member, string other, string name)
    {
        var line = Settlement("set_1", new string('e', 64), null);
        using var store = OpenStore();
        using var memory = new MockControlPlane(TimeProvider.System);
        using var hosted = new OneByOne(memory);
        foreach (var plane in new IControlPlane[] { store, hosted })
        {
            var result = await ImportAsync(plane, line, line.Replace(member, other, StringComparison.Ordinal).Replace("set_1", "set_2", StringComparison.Ordinal));

            Assert.Equal((1L, "the payment is recorded as settlement set_1 with another " + name), (result.Conflicts, Assert.Single(result.Rejected).Reason));
            Assert.Equal(2500, (long)result.AmountMsats);
        }
    }

    [Theory]
    [InlineData("\"amountMsats\":1000", "\"amountMsats\":2000", "amountMsats")]
    [InlineData("4141", "4242", "paymentHash")]
    [InlineData("\"ownerId\":\"owner\"", "\"ownerId\":\"thief\"", "ownerId")]
    [InlineData("\"paywallId\":\"pw\"", "\"paywallId\":\"other\"", "paywallId")]
    public async Task A_report_that_contradicts_a_settled_invoice_is_a_conflict_and_changes_nothing(string member, string other, string name)
    {
        var line = "{\"invoiceId\":\"inv_1\",\"paywallId\":\"pw\",\"ownerId\":\"owner\",\"amountMsats\":1000,\"status\":\"settled\",\"paymentHash\":\"" + string.Concat(Enumerable.Repeat("4141", 16)) + "\"}";
        using var store = OpenStore();
        using var memory = new MockControlPlane(TimeProvider.System);
        using var hosted = new OneByOne(memory);
        foreach (var (plane, books) in new (IControlPlane, ISettlementHistory)[] { (store, store), (hosted, memory) })
        {
            var result = await ImportAsync(plane, line, line.Replace(member, other, StringComparison.Ordinal), line);

            Assert.Equal((false, 1L, 1L, 1L), (result.Ok, result.InvoicesUpdated, result.Conflicts, result.Repeated));
            var rejected = Assert.Single(result.Rejected);
            Assert.Equal((RejectionCodes.Conflict, 2L, "inv_1", "the invoice inv_1 is recorded with another " + name), (rejected.Code, rejected.Line, rejected.Id, rejected.Reason));
            Assert.Contains("Get-L402Invoice inv_1", rejected.Remedy, StringComparison.Ordinal);
            var invoice = (await books.FindInvoiceAsync("inv_1", None))!;
            Assert.Equal((1000L, "owner", "pw"), ((long)invoice.AmountMsats, invoice.OwnerId, invoice.PaywallId));
        }
    }

    [Theory]
    [InlineData("\"paywallId\":\"pw\"", "\"paywallId\":\"none\"", ImportWarnings.UnknownPaywall)]
    [InlineData("\"ownerId\":\"owner\"", "\"ownerId\":\"thief\"", ImportWarnings.AnotherOwner)]
    [InlineData("\"amountMsats\":2500", "\"amountMsats\":0", ImportWarnings.NoAmount)]
    [InlineData("\"amountMsats\":2500", "\"amountMsats\":2500,\"settledAtMs\":4102444800000", ImportWarnings.FutureTime)]
    [InlineData("\"amountMsats\":2500", "\"amountMsats\":2500,\"settledAtMs\":1700000000000", null)]
    public async Task A_settlement_that_may_be_a_mistake_is_booked_with_a_warning_once(string member, string other, string? code)
    {
        using var plane = OpenStore();
        await plane.ImportPaywallsAsync([SamplePaywalls.Paywall("pw") with { OwnerId = "owner" }], PaywallImportMode.Merge, None);
        var line = Settlement("set_1", new string('e', 64), null).Replace(member, other, StringComparison.Ordinal);

        var result = await ImportAsync(plane, line);

        Assert.Equal((true, 1L), (result.Ok, result.SettlementsNew));
        Assert.Equal(code, result.Warnings.SingleOrDefault()?.Code);
        Assert.True(code is null || result.Warnings[0].Message.Contains(": set_1.", StringComparison.Ordinal));
        Assert.Empty((await ImportAsync(plane, line)).Warnings);
    }

    [Fact]
    public async Task A_store_without_paywalls_keeps_the_books_of_any()
    {
        using var plane = OpenStore();

        Assert.Empty((await ImportAsync(plane, Settlement("set_1", new string('e', 64), null))).Warnings);
    }

    [Fact]
    public async Task A_smaller_settlement_leaves_the_amount_of_a_settled_invoice_and_a_late_report_of_it_changes_nothing()
    {
        using var plane = OpenStore();
        var paid = new string('6', 64);
        var invoice = "{\"invoiceId\":\"inv_1\",\"paywallId\":\"pw\",\"ownerId\":\"owner\",\"amountMsats\":9000,\"status\":\"settled\",\"paymentHash\":\"" + GetHash(paid) + "\"}";

        var result = await ImportAsync(plane, invoice, Settlement("set_1", paid, null, invoice: "inv_1"), invoice.Replace("settled", "open", StringComparison.Ordinal).Replace("9000", "7", StringComparison.Ordinal));

        Assert.True(result.Ok);
        Assert.Equal(ImportWarnings.Underpaid, Assert.Single(result.Warnings).Code);
        Assert.Equal(9000, (long)(await plane.FindInvoiceAsync("inv_1", None))!.AmountMsats);
    }

    [Theory]
    [InlineData("\"ownerId\":\"owner\"", "\"ownerId\":\"thief\"", "ownerId")]
    [InlineData("\"paywallId\":\"pw\"", "\"paywallId\":\"other\"", "paywallId")]
    public async Task A_settlement_of_another_owner_or_paywall_than_its_invoice_is_a_conflict_and_not_recorded(string member, string other, string name)
    {
        using var store = OpenStore();
        using var memory = new MockControlPlane(TimeProvider.System);
        using var hosted = new OneByOne(memory);
        foreach (var (plane, books) in new (IControlPlane, ISettlementHistory)[] { (store, store), (hosted, memory) })
        {
            await plane.IngestInvoiceAsync(new InvoiceUpdate { InvoiceId = "inv_1", PaywallId = "pw", OwnerId = "owner", AmountMsats = 2500, Status = InvoiceStatus.Open }, None);

            var result = await ImportAsync(plane, Settlement("set_1", new string('e', 64), null, invoice: "inv_1").Replace(member, other, StringComparison.Ordinal));

            var rejected = Assert.Single(result.Rejected);
            Assert.Equal(RejectionCodes.Conflict, rejected.Code);
            Assert.EndsWith("is recorded with another " + name, rejected.Reason, StringComparison.Ordinal);
            Assert.Equal(1, result.Conflicts);
            Assert.Empty(await books.ListSettlementsAsync(new SettlementQuery(), None));
        }
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_second_payment_of_one_invoice_is_a_conflict_and_no_revenue(bool local, bool isInvoiceKnown)
    {
        using var store = OpenStore();
        using var memory = new MockControlPlane(TimeProvider.System);
        var (plane, books) = local ? ((IControlPlane)store, (ISettlementHistory)store) : (memory, memory);
        var paid = new string('a', 64);
        if (isInvoiceKnown)
        {
            await plane.IngestInvoiceAsync(new InvoiceUpdate { InvoiceId = "inv_1", PaywallId = "pw", OwnerId = "owner", AmountMsats = 2500, Status = InvoiceStatus.Open, PaymentHash = GetHash(paid) }, None);
        }

        string[] lines = [Settlement("set_1", paid, GetHash(paid), invoice: "inv_1"), Settlement("set_2", new string('b', 64), null, invoice: "inv_1"), Settlement("set_1", paid, null, invoice: "inv_1")];
        var preview = new SettlementImport(plane, new SettlementImportOptions { IsPreview = true });
        await preview.ImportAsync(Source(string.Join('\n', lines)), None);
        foreach (var result in new[] { preview.CreateResult("test"), await ImportAsync(plane, lines) })
        {
            Assert.Equal((false, 1L, 1L, 1L, 1L, 2500L), (result.Ok, result.SettlementsNew, result.SettlementsExisting, result.Conflicts, result.RejectedCount, (long)result.AmountMsats));
            var rejected = Assert.Single(result.Rejected);
            Assert.Equal((RejectionCodes.Conflict, 2L, "set_2", "the invoice inv_1 is recorded with another paymentHash"), (rejected.Code, rejected.Line, rejected.Id, rejected.Reason));
            Assert.Contains("Get-L402Settlement -InvoiceId inv_1", rejected.Remedy, StringComparison.Ordinal);
        }

        Assert.Equal("set_1", Assert.Single(await books.ListSettlementsAsync(new SettlementQuery(), None)).Settlement.SettlementId);
        var single = new SettlementWithProof { SettlementId = "set_3", PaywallId = "pw", OwnerId = "owner", InvoiceId = "inv_1", AmountMsats = 2500, PaymentProofValue = new string('c', 64) };
        var refused = await Assert.ThrowsAsync<InvalidPreimageException>(() => plane.IngestSettlementAsync(single, None));
        Assert.Equal("paymentProofValue of settlement set_3 does not hash to the paymentHash of invoice inv_1", refused.Message);
        Assert.Single(await books.ListSettlementsAsync(new SettlementQuery(), None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_payment_of_one_invoice_does_not_settle_another_with_its_own_hash(bool local)
    {
        using var store = OpenStore();
        using var memory = new MockControlPlane(TimeProvider.System);
        var (plane, books) = local ? ((IControlPlane)store, (ISettlementHistory)store) : (memory, memory);
        await plane.IngestInvoiceAsync(new InvoiceUpdate { InvoiceId = "inv_2", PaywallId = "pw", OwnerId = "owner", AmountMsats = 2500, Status = InvoiceStatus.Open, PaymentHash = GetHash(new string('b', 64)) }, None);

        var result = await ImportAsync(plane, Settlement("set_1", new string('a', 64), null, invoice: "inv_1"), Settlement("set_2", new string('a', 64), null, invoice: "inv_2"));

        Assert.Equal((1L, "the invoice inv_2 is recorded with another paymentHash"), (result.Conflicts, Assert.Single(result.Rejected).Reason));
        Assert.Equal(InvoiceStatus.Open, (await books.FindInvoiceAsync("inv_2", None))!.Status);
    }

    [Theory]
    [InlineData("{\"preimage\":\"4444\",\"n\":1.50}", "{\"preimage\":\"***\",\"n\":1.50}")]
    [InlineData("{\"a\":[{\"b\":\"x 4444 y\"}]}", "{\"a\":[{\"b\":\"x *** y\"}]}")]
    [InlineData("{\"n\":4444}", "{\"n\":\"***\"}")]
    [InlineData("{\"4444\":\"\\u00344444\"}", "{\"***\":\"***4\"}")]
    [InlineData("{\"a\":\"4444\",\"b\":\"\\ud800\"}", null)]
    [InlineData("{\"a\":\"\\u0041\",\"b\":\"\\ud800\"}", "{\"a\":\"\\u0041\",\"b\":\"\\ud800\"}")]
    [InlineData("{\"a\":\"\\u0041\", \"b\":1.0e1}", "{\"a\":\"\\u0041\",\"b\":1.0e1}")]
    public async Task A_preimage_in_metadata_is_not_stored(string metadata, string? stored)
    {
        using var plane = OpenStore();
        using var memory = new MockControlPlane(TimeProvider.System);
        var preimage = new string('4', 64);
        var given = metadata.Replace("4444", preimage, StringComparison.Ordinal);
        foreach (var (target, books) in new[] { ((IControlPlane)plane, (ISettlementHistory)plane), (memory, memory) })
        {
            await target.IngestSettlementAsync(new SettlementWithProof { SettlementId = "set_1", PaywallId = "pw", OwnerId = "owner", AmountMsats = 1, PaymentProofValue = preimage, TaskId = preimage, Metadata = JsonText.From(given) }, None);

            var recorded = Assert.Single(await books.ListSettlementsAsync(new SettlementQuery(), None));
            Assert.Equal((stored, "***"), (recorded.Settlement.Metadata?.Value, recorded.TaskId));
        }
    }

    [Fact]
    public async Task A_preimage_in_the_metadata_of_a_settlement_without_proof_is_recognized_by_its_hash()
    {
        using var plane = OpenStore();
        var preimage = "AB" + new string('4', 62);
        var hash = GetHash(preimage);

        await ImportAsync(plane, "{\"settlementId\":\"set_1\",\"paywallId\":\"pw\",\"ownerId\":\"owner\",\"amountMsats\":3000,\"paymentHash\":\"" + hash + "\",\"paymentProofRef\":\"lightning_payment_hash:" + hash[..24] + "\",\"metadata\":{\"p\":\"" + preimage + "\",\"hash\":\"" + hash + "\"}}");

        Assert.Equal("{\"p\":\"***\",\"hash\":\"" + hash + "\"}", Assert.Single(await plane.ListSettlementsAsync(new SettlementQuery(), None)).Settlement.Metadata!.Value);
    }

    [Fact]
    public async Task A_settlement_of_less_than_its_invoice_is_a_warning()
    {
        using var plane = OpenStore();
        foreach (var id in new[] { "inv_1", "inv_2" })
        {
            await plane.IngestInvoiceAsync(new InvoiceUpdate { InvoiceId = id, PaywallId = "pw", OwnerId = "owner", AmountMsats = id == "inv_1" ? 10_000 : 2500, Status = InvoiceStatus.Open }, None);
        }

        var result = await ImportAsync(plane, Settlement("set_1", new string('a', 64), null, invoice: "inv_1"), Settlement("set_2", new string('b', 64), null, invoice: "inv_2"));

        Assert.Equal((true, 2L), (result.Ok, result.SettlementsNew));
        Assert.Equal(
            ("underpaid", "A settlement has a smaller amount than its invoice: set_1 with 2500 of 10000 msat. A Lightning invoice is paid in full or not at all. Compare with the node."),
            Assert.Single(result.Warnings) is var warning ? (warning.Code, warning.Message) : default);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_preview_counts_as_the_import_does_and_records_nothing(bool local)
    {
        using var store = OpenStore();
        using var memory = new MockControlPlane(TimeProvider.System);
        var (plane, books) = local ? ((IControlPlane)store, (ISettlementHistory)store) : (memory, memory);
        await new SettlementImport(plane, new SettlementImportOptions()).ImportAsync(SalesFile(5), None);
        var before = await GetState(books);
        var preview = new SettlementImport(plane, new SettlementImportOptions { BatchSize = 7, IsPreview = true });

        await preview.ImportAsync(SalesFile(20, badLines: true), None);
        await preview.ImportAsync(SalesFile(10), None);
        var expected = preview.CreateResult("test");
        Assert.Equal(before, await GetState(books));
        var import = new SettlementImport(plane, new SettlementImportOptions());
        await import.ImportAsync(SalesFile(20, badLines: true), None);
        await import.ImportAsync(SalesFile(10), None);

        Assert.True(expected.IsPreview);
        Assert.Equal(import.CreateResult("test") with { IsPreview = true, Rejected = [], CorrelationRefs = [], Warnings = [] }, expected with { Rejected = [], CorrelationRefs = [], Warnings = [] });
        Assert.Equal((15L, 15L), (expected.SettlementsNew, expected.SettlementsExisting));
    }

    [Fact]
    public async Task Reading_that_fails_leaves_what_was_read_before()
    {
        using var plane = OpenStore();
        var import = new SettlementImport(plane, new SettlementImportOptions { BatchSize = 10 });

        await Assert.ThrowsAsync<IOException>(() => import.ImportAsync(new BreakingSource(SalesFile(30), breaksAt: 3), None));

        Assert.Equal(20, import.Inputs);
        Assert.Equal(10, (await plane.ListSettlementsAsync(new SettlementQuery(), None)).Count);
    }

    [Fact]
    public async Task Cancelled_it_leaves_whole_batches_and_says_how_far_it_came()
    {
        using var plane = OpenStore();
        using var stop = new CancellationTokenSource();
        var observer = new RecordingObserver { OnAdvanced = progress => Stop(progress, 20) };
        var import = new SettlementImport(plane, new SettlementImportOptions { BatchSize = 10, Observer = observer });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => import.ImportAsync(SalesFile(50), stop.Token));

        var stored = (await plane.ListSettlementsAsync(new SettlementQuery { First = 1000 }, None)).Count;
        Assert.Equal(import.Inputs, stored * 2);
        Assert.Equal(0, import.Inputs % 10);
        Assert.InRange(import.Inputs, 20, 90);

        void Stop(SettlementImportProgress progress, long at)
        {
            if (progress.Inputs == at)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_ends_it_and_nothing_is_counted()
    {
        var path = folder.File("store.db");
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = path, LockTimeout = TimeSpan.FromMilliseconds(50) });
        await plane.GetSecurityStateAsync(None);
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None);
        using var other = LocalControlPlaneTests.Connect(path);
        using var held = other.BeginTransaction(deferred: false);
        var import = new SettlementImport(plane, new SettlementImportOptions());

        var failure = await Assert.ThrowsAsync<StoreException>(() => import.ImportAsync(SalesFile(5), None));

        Assert.Equal("store_locked", failure.Code);
        Assert.Equal(0, import.Inputs);
    }

    [Fact]
    public async Task The_observer_hears_of_everything_in_the_files_order()
    {
        using var plane = new MockControlPlane(TimeProvider.System);
        var observer = new RecordingObserver();
        var import = new SettlementImport(plane, new SettlementImportOptions { BatchSize = 4, Observer = observer });

        var source = SalesFile(3, badLines: true);
        await import.ImportAsync(source, None);

        Assert.Equal(["invoice inv_0", "settlement set_0", "3", "invoice inv_1", "settlement set_1", "6", "invoice inv_2", "settlement set_2", "9"], observer.Heard);
        Assert.Equal(new SettlementImportProgress(9, source.Length!.Value, source.Length), observer.Last);
    }

    [Fact]
    public async Task A_settlement_leaves_a_record_the_first_time()
    {
        using var plane = new MockControlPlane(TimeProvider.System);
        var sink = new MemorySink();
        var import = new SettlementImport(plane, new SettlementImportOptions { Observability = sink });

        await import.ImportAsync(SalesFile(2), None);
        await import.ImportAsync(SalesFile(2), None);

        Assert.Equal(["req_0", "req_1"], sink.Records.Select(record => record.RequestId));
        Assert.Equal(("pw", "owner", "task_0", (long?)2500), (sink.Records[0].PaywallId, sink.Records[0].UserId, sink.Records[0].TaskId, sink.Records[0].PaidAmountMsats));
    }

    [Fact]
    public async Task What_one_store_tells_another_takes()
    {
        using var first = new MockControlPlane(TimeProvider.System);
        await new SettlementImport(first, new SettlementImportOptions()).ImportAsync(SalesFile(10), None);
        var told = (await first.ListSettlementsAsync(new SettlementQuery(), None)).Select(recorded => ArtifactJson.Serialize(recorded))
            .Concat((await first.ListInvoicesAsync(new InvoiceQuery(), None)).Select(invoice => ArtifactJson.Serialize(invoice)));

        using var second = new MockControlPlane(TimeProvider.System);
        var import = new SettlementImport(second, new SettlementImportOptions());
        await import.ImportAsync(Source(string.Join('\n', told)), None);

        Assert.True(import.CreateResult("test").Ok);
        Assert.Equal(await GetState(first), await GetState(second));
    }

    private static async Task<string> GetState(ISettlementHistory books) => Histories.GetState(
        await books.ListInvoicesAsync(new InvoiceQuery { First = int.MaxValue }, None),
        await books.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, None));

    private static string GetHash(string preimage) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Convert.FromHexString(preimage)));

    private static string Settlement(string id, string preimage, string? hash, string? invoice = null) =>
        "{\"settlementId\":\"" + id + "\",\"paywallId\":\"pw\",\"ownerId\":\"owner\",\"amountMsats\":2500"
        + (hash is null ? string.Empty : ",\"paymentHash\":\"" + hash + "\"")
        + (invoice is null ? string.Empty : ",\"invoiceId\":\"" + invoice + "\"")
        + ",\"paymentProofValue\":\"" + preimage + "\"}";

    private static async Task<SettlementImportResult> ImportAsync(IControlPlane plane, params string[] lines)
    {
        var import = new SettlementImport(plane, new SettlementImportOptions());
        await import.ImportAsync(Source(string.Join('\n', lines)), None);
        return import.CreateResult("test");
    }

    private LocalControlPlane OpenStore() => new(new LocalStoreOptions { Path = folder.File("store.db") });

    private static JsonLinesSource SalesFile(int sales, bool badLines = false) => Source(Sales.Lines(sales, badLines));

    private static JsonLinesSource Source(string text) => new(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test");

    private sealed class BreakingSource(ISettlementSource inner, int breaksAt) : ISettlementSource
    {
        private int reads;

        public string Name => inner.Name;

        public long? Length => inner.Length;

        public Task<SettlementBatch> ReadAsync(int most, CancellationToken cancellationToken) =>
            ++reads == breaksAt ? throw new IOException("gone") : inner.ReadAsync(most, cancellationToken);

        public Task AcknowledgeAsync(SettlementBatch batch, int failed, CancellationToken cancellationToken) => inner.AcknowledgeAsync(batch, failed, cancellationToken);
    }

    private sealed class RecordingObserver : ISettlementImportObserver
    {
        public List<string> Heard { get; } = [];

        public SettlementImportProgress? Last { get; private set; }

        public Action<SettlementImportProgress> OnAdvanced { get; init; } = _ => { };

        public void Ingested(IngestOutcome outcome) => Heard.Add(outcome.Event.ToString());

        public void Rejected(RejectedEvent rejected) => Heard.Add(rejected.Line.ToString()!);

        public void Advanced(SettlementImportProgress progress)
        {
            Last = progress;
            OnAdvanced(progress);
        }
    }
}
