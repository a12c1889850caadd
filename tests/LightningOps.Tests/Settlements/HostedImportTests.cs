using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Hosted;
using LightningOps.ControlPlane.Mock;
using LightningOps.Settings;
using LightningOps.Settlements;
using LightningOps.Settlements.Sources;
using LightningOps.Tests.ControlPlane.Hosted;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Settlements;

/// <summary>Imports into a control plane that takes events one by one, over a network that breaks.</summary>
public sealed class HostedImportTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly HttpFault[] Faults = [HttpFault.DroppedBefore, HttpFault.DroppedAfter, HttpFault.ErrorBefore, HttpFault.ErrorAfter, HttpFault.Truncated];

    [Fact]
    public Task Whatever_breaks_nothing_is_lost_what_failed_is_named_by_its_line_and_the_next_run_converges() =>
        Gen.Select(Gen.Int[0, 3 * Faults.Length].Array[60], Gen.Int[1, 6]).SampleAsync(
            async (faults, concurrency) =>
            {
                var stub = new HostedStub(TimeProvider.System);
                var proxy = new FaultProxy(stub.AnswerAsync) { Fault = (number, _) => number <= faults.Length && faults[number - 1] < Faults.Length ? Faults[faults[number - 1]] : null };
                await using var server = new LoopbackServer(proxy.AnswerAsync);
                using var plane = Open(server);
                var options = new SettlementImportOptions { BatchSize = 16, Concurrency = concurrency, MaxConsecutiveFailures = int.MaxValue };

                var broken = new SettlementImport(plane, options);
                await broken.ImportAsync(SalesFile(15), None);
                proxy.Fault = (_, _) => null;
                var first = broken.CreateResult("test");
                var missing = await MissingLinesAsync(stub.Books, 15);
                var mended = new SettlementImport(plane, options);
                await mended.ImportAsync(SalesFile(15), None);

                Assert.Equal(30, first.Processed + first.Repeated + first.RejectedCount);
                Assert.Equal(first.RejectedCount == 0, first.Ok);

                // A call that failed may have arrived all the same; one that did not arrive has failed.
                Assert.Superset(missing, first.Rejected.Select(rejected => rejected.Line!.Value).ToHashSet());
                Assert.All(first.Rejected, rejected => Assert.Equal("ControlPlaneTransportError", rejected.Code));
                Assert.True(mended.CreateResult("test").Ok);
                Assert.Empty(await MissingLinesAsync(stub.Books, 15));
                Assert.Equal(await StateInOrderAsync(15), await GetState(stub.Books));
                return true;
            },
            iter: 12,
            threads: 2);

    [Fact]
    public async Task The_events_of_an_invoice_go_one_after_the_other_and_no_more_at_once_than_allowed()
    {
        var order = new ConcurrentQueue<string>();
        using var books = new MockControlPlane(TimeProvider.System);
        using var plane = new OneByOne(books)
        {
            Before = async told =>
            {
                await Task.Yield();
                order.Enqueue(told.InvoiceId + (told.Invoice is null ? " settled" : " opened"));
            },
        };
        var import = new SettlementImport(plane, new SettlementImportOptions { Concurrency = 3 });

        await import.ImportAsync(SalesFile(200), None);

        Assert.Equal(400, order.Count);
        Assert.All(order.Index().GroupBy(sent => sent.Item.Split(' ')[0]), invoice => Assert.Equal(["opened", "settled"], invoice.OrderBy(sent => sent.Index).Select(sent => sent.Item.Split(' ')[1])));
        Assert.InRange(plane.MostAtOnce, 1, 3);
    }

    // A hosted control plane knows a settlement by its id only, and would record the payment once more.
    [Theory]
    [InlineData(1, false)]
    [InlineData(500, false)]
    [InlineData(1, true)]
    [InlineData(500, true)]
    public async Task A_payment_under_two_ids_is_sent_and_counted_once(int batchSize, bool isConvex)
    {
        var stub = new HostedStub(TimeProvider.System);
        await using var server = new LoopbackServer(stub.AnswerAsync);
        using IControlPlane plane = isConvex ? new ConvexControlPlane(Options(server)) : Open(server);
        var import = new SettlementImport(plane, new SettlementImportOptions { BatchSize = batchSize });
        const string payment = ",\"paywallId\":\"pw\",\"ownerId\":\"owner\",\"amountMsats\":2500,\"invoiceId\":\"inv_";
        var preimage = new string('a', 64);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Convert.FromHexString(preimage)));
        string[] lines =
        [
            "{\"settlementId\":\"set_1\"" + payment + "1\",\"paymentProofValue\":\"" + preimage + "\"}",
            "{\"settlementId\":\"set_2\"" + payment + "2\",\"paymentHash\":\"" + hash.ToUpperInvariant() + "\",\"paymentProofValue\":\"" + preimage + "\"}",
            "{\"settlementId\":\"set_3\"" + payment + "3\",\"paymentHash\":\"" + hash + "\",\"paymentProofRef\":\"lightning_payment_hash:" + hash[..24] + "\"}",
            "{\"settlementId\":\"set_4\"" + payment + "4\",\"paymentProofRef\":\"lightning_preimage:" + preimage[..24] + "\"}",
            "{\"settlementId\":\"set_5\"" + payment.Replace("owner\"", "other\"", StringComparison.Ordinal) + "5\",\"paymentProofValue\":\"" + preimage + "\"}",
        ];

        await import.ImportAsync(new JsonLinesSource(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), "test"), None);

        var result = import.CreateResult("test");
        Assert.Single(server.Requests);
        Assert.Equal((1L, 3L, 2500m, 0L, 1L), (result.SettlementsNew, result.SettlementsExisting, result.AmountMsats, result.SettlementsWithoutPreimage, result.Conflicts));
        Assert.Equal("set_1", Assert.Single(await stub.Books.ListSettlementsAsync(new SettlementQuery(), None)).Settlement.SettlementId);
    }

    [Fact]
    public async Task A_control_plane_that_is_gone_ends_the_import_and_what_was_not_sent_is_named()
    {
        var calls = 0;
        using var plane = new OneByOne(new MockControlPlane(TimeProvider.System))
        {
            Before = _ => ++calls > 10 ? throw new ControlPlaneTransportException("mutation:x", "connection_failed:connection_refused", "r") : Task.CompletedTask,
        };
        var import = new SettlementImport(plane, new SettlementImportOptions { BatchSize = 40, Concurrency = 1, MaxConsecutiveFailures = 5 });

        var failure = await Assert.ThrowsAsync<SettlementImportStoppedException>(() => import.ImportAsync(SalesFile(100), None));

        var result = import.CreateResult("test");
        Assert.Equal((15, 10L, 30L, 40L), (calls, result.Processed, result.RejectedCount, failure.Inputs));
        Assert.Equal(Enumerable.Range(11, 30).Select(line => (long)line), result.Rejected.Select(rejected => rejected.Line!.Value).Order());
        Assert.Equal(25, result.Rejected.Count(rejected => rejected.Code == RejectionCodes.NotSent));
    }

    [Fact]
    public async Task Refusals_are_rejections_and_do_not_end_the_import()
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Json("{\"error\":{\"code\":\"invalid_arguments\",\"message\":\"no\"}}", 422)));
        using var plane = Open(server);
        var import = new SettlementImport(plane, new SettlementImportOptions { MaxConsecutiveFailures = 3 });

        await import.ImportAsync(SalesFile(20), None);

        Assert.Equal(40, import.CreateResult("test").RejectedCount);
        Assert.Equal(40, server.Requests.Count);
    }

    [Fact]
    public async Task No_rejection_shows_a_preimage_or_the_secret_that_an_answer_repeats()
    {
        await using var server = new LoopbackServer(request => Task.FromResult(Reply.Json(request.Body, 422)));
        using var plane = Open(server);
        var import = new SettlementImport(plane, new SettlementImportOptions());

        await import.ImportAsync(SalesFile(3), None);

        var text = string.Join('\n', import.CreateResult("test").Rejected);
        Assert.Contains("set_2", text, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('0', 60), text, StringComparison.Ordinal);
        Assert.DoesNotContain("test-secret", text, StringComparison.Ordinal);
    }

    private static ApiControlPlane Open(LoopbackServer server) => new(Options(server));

    private static HostedControlPlaneOptions Options(LoopbackServer server) => new()
    {
        BaseUrl = server.Url,
        Secret = OperatorSecret.From("test-secret"),
        Tries = 2,
        RetryDelay = TimeSpan.FromMilliseconds(1),
    };

    private static JsonLinesSource SalesFile(int sales) => new(new MemoryStream(Encoding.UTF8.GetBytes(Sales.Lines(sales))), "test");

    /// <summary>Lines of the file whose events are not recorded.</summary>
    private static async Task<HashSet<long>> MissingLinesAsync(MockControlPlane books, int sales)
    {
        var missing = new HashSet<long>();
        for (var sale = 0; sale < sales; sale++)
        {
            if (await books.FindInvoiceAsync("inv_" + sale, None) is null)
            {
                missing.Add((2 * sale) + 1);
            }

            if ((await books.ListSettlementsAsync(new SettlementQuery { SettlementId = "set_" + sale }, None)).Count == 0)
            {
                missing.Add((2 * sale) + 2);
            }
        }

        return missing;
    }

    private static async Task<string> StateInOrderAsync(int sales)
    {
        using var inOrder = new MockControlPlane(TimeProvider.System);
        await new SettlementImport(inOrder, new SettlementImportOptions()).ImportAsync(SalesFile(sales), None);
        return await GetState(inOrder);
    }

    private static async Task<string> GetState(MockControlPlane books) => Histories.GetState(
        await books.ListInvoicesAsync(new InvoiceQuery { First = int.MaxValue }, None),
        await books.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, None));
}
