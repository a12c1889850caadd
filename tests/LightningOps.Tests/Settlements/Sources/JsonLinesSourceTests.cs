using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.ControlPlane;
using LightningOps.Settlements;
using LightningOps.Settlements.Sources;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Settlements.Sources;

public sealed class JsonLinesSourceTests
{
    private const string Preimage = "abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcd";
    private const string Invoice = """{"type":"invoice","invoiceId":"inv_1","paywallId":"pw","ownerId":"o","amountMsats":2500,"status":"open"}""";
    private const string Settlement = "{\"settlementId\":\"set_1\",\"invoiceId\":\"inv_1\",\"paywallId\":\"pw\",\"ownerId\":\"o\",\"amountMsats\":2500,\"paymentProofValue\":\"" + Preimage + "\"}";

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\n\n  \n")]
    public async Task Lines_are_counted_whatever_ends_them_and_whether_or_not_the_last_one_ends(string lineEnd)
    {
        foreach (var tail in new[] { string.Empty, lineEnd })
        {
            var inputs = await ReadAsync("\ufeff" + Invoice + lineEnd + "nonsense" + lineEnd + Settlement + tail);

            Assert.Equal(["inv_1", null, "set_1"], inputs.Select(input => input.Event?.SettlementId ?? input.Event?.InvoiceId));
            var lines = lineEnd.Count(letter => letter == '\n');
            Assert.Equal([1, 1 + lines, 1 + (2 * lines)], inputs.Select(input => input.Line!.Value));
        }
    }

    [Fact]
    public Task However_a_stream_comes_its_lines_are_the_same() =>
        Gen.Select(Gen.Int[1, 70], Gen.Int[0, 12], Gen.Int[1, 50]).SampleAsync(
            async (chunk, length, most) =>
            {
                var text = string.Concat(Enumerable.Range(0, length).Select(i => i % 3 == 0 ? new string('x', i * 13) + "\n" : i % 3 == 1 ? Invoice + "\n" : "\r\n"));
                var whole = await ReadAsync(text, longestLine: 110);
                var pieces = await ReadAsync(text, longestLine: 110, chunk, most);
                return whole.SequenceEqual(pieces) && whole.All(input => input.Event is not null || input.Rejection is not null);
            },
            iter: 300);

    [Fact]
    public async Task A_line_without_end_is_passed_over_in_bounded_memory()
    {
        using var endless = new RepeatedLetter(200L * 1024 * 1024, "\n" + Invoice);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var source = new JsonLinesSource(endless, "test");

        var inputs = (await source.ReadAsync(10, CancellationToken.None)).Inputs;

        Assert.Equal((RejectionCodes.LineTooLong, 1L), (inputs[0].Rejection!.Code, inputs[0].Line!.Value));
        Assert.Equal(2, inputs[1].Line);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 32 * 1024 * 1024);
    }

    [Fact]
    public async Task Position_is_the_bytes_of_the_lines_given()
    {
        var text = Invoice + "\n" + Settlement + "\n" + Invoice;
        var source = new JsonLinesSource(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test");

        var first = await source.ReadAsync(2, CancellationToken.None);
        var last = await source.ReadAsync(2, CancellationToken.None);

        Assert.Equal((Invoice.Length + Settlement.Length + 2, false), (first.Position, first.IsLast));
        Assert.Equal((text.Length, true, (long?)text.Length), (last.Position, last.IsLast, source.Length));
    }

    [Theory]
    [InlineData("[{0},{1}]", 1, 1)]
    [InlineData("\ufeff \n[\n  {0},\n  {1}\n]\n", 3, 4)]
    [InlineData("[{0}\n,\n\n{1}]\r\n\r\n", 1, 4)]
    public async Task A_list_is_the_events_that_are_in_it_whatever_parts_the_stream_comes_in(string form, long line, long next)
    {
        var tricky = Settlement.Replace("set_1", "]}\\\",[{", StringComparison.Ordinal);
        var text = form.Replace("{0}", Invoice, StringComparison.Ordinal).Replace("{1}", tricky, StringComparison.Ordinal);
        foreach (var (chunk, most) in new[] { (int.MaxValue, 1000), (1, 1), (7, 2) })
        {
            var inputs = await ReadAsync(text, 300, chunk, most);

            Assert.Equal(["inv_1", "]}\",[{"], inputs.Select(input => input.Event?.SettlementId ?? input.Event?.InvoiceId));
            Assert.Equal([line, next], inputs.Select(input => input.Line!.Value));
        }
    }

    [Fact]
    public async Task An_element_that_is_too_long_or_no_event_is_rejected_by_its_number_and_the_others_are_read()
    {
        var inputs = await ReadAsync("[" + new string('1', 400_000) + ",{}," + Invoice + "]", longestLine: 200, chunk: 1000);

        Assert.Equal(RejectionCodes.LineTooLong, inputs[0].Rejection!.Code);
        Assert.StartsWith("element 2: settlementId is missing", inputs[1].Rejection!.Reason, StringComparison.Ordinal);
        Assert.Equal("inv_1", inputs[2].Event!.InvoiceId);
    }

    [Fact]
    public async Task A_list_is_read_to_its_last_byte()
    {
        var text = " [" + Invoice + "," + Settlement + "]\n";
        var source = new JsonLinesSource(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test");

        var read = await source.ReadAsync(5, CancellationToken.None);

        Assert.Equal((2, text.Length, true), (read.Inputs.Count, read.Position, read.IsLast));
    }

    [Fact]
    public async Task A_line_that_is_nested_too_deep_is_said_to_be_that() =>
        Assert.EndsWith(
            "is nested more than 64 levels deep",
            (await ReadAsync("{\"metadata\":" + string.Concat(Enumerable.Repeat("{\"a\":", 2000)) + "1" + new string('}', 2001)))[0].Rejection!.Reason,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("smoke:settlement api")]
    [InlineData("smoke:settlement convex")]
    public async Task The_older_services_requests_are_events_whole_or_their_arguments_alone(string run)
    {
        var bodies = Vectors.Json("wire.json").GetProperty("runs").GetProperty(run).EnumerateArray().Select(request => request.GetProperty("body")).ToArray();
        var whole = await ReadAsync(Lines(bodies));
        var arguments = await ReadAsync(Lines(bodies.Select(body => body.GetProperty("args"))));

        Assert.Equal(["invoice inv_smoke_1", "settlement set_smoke_1", "settlement set_smoke_1", "invoice inv_smoke_1", "invoice inv_smoke_2"], whole.Select(input => input.Event?.ToString()));
        Assert.Equal(whole, arguments);
        var report = whole[1].Event!.Report!;
        Assert.Equal(("task_smoke_1", "route_weather", "hash_smoke_1", "{\"source\":\"smoke:settlement\"}"), (report.TaskId, report.RouteId, report.PaymentHash, JsonSerializer.Serialize(JsonDocument.Parse(report.Metadata!.Value))));
    }

    [Fact]
    public async Task The_older_services_output_is_a_list_of_settlements_with_their_references()
    {
        var inputs = await ReadAsync(Lines(Vectors.Json("smoke/settlement.json").GetProperty("settlements").EnumerateArray()));

        Assert.Equal(2, inputs.Count);
        Assert.All(inputs, input => Assert.Equal(("set_smoke_1", "lightning_preimage:aaaaaaaaaaaaaaaaaaaaaaaa"), (input.Event!.Record!.SettlementId, input.Event.Record.PaymentProofRef)));
    }

    [Theory]
    [InlineData("""{"invoice_id":"i","paywall_id":"p","owner_id":"o","amount_msats":"2500","status":"INVOICE_LIFECYCLE_STATUS_SETTLED","settled_at_ms":"7"}""")]
    [InlineData("""{"invoiceId":"i","paywallId":"p","ownerId":"o","amountMsats":2500,"status":"settled","settledAtMs":7,"createdAtMs":1,"updatedAtMs":2,"unknown":{"a":[]}}""")]
    public async Task Names_and_enums_come_in_both_forms(string json)
    {
        var update = Assert.Single(await ReadAsync(json)).Event!.Invoice!;

        Assert.Equal(new InvoiceUpdate { InvoiceId = "i", PaywallId = "p", OwnerId = "o", AmountMsats = 2500, Status = InvoiceStatus.Settled, SettledAtMs = 7 }, update);
    }

    [Theory]
    [InlineData("[7]", "ControlPlaneDecodeError", "element 1: the document must be an object")]
    [InlineData("[[]]", "ControlPlaneDecodeError", "element 1: the document must be an object")]
    [InlineData("[{", "ControlPlaneDecodeError", "the list has no end: the file is cut off")]
    [InlineData("[", "ControlPlaneDecodeError", "the list has no end: the file is cut off")]
    [InlineData("[]{}", "ControlPlaneDecodeError", "text follows the end of the list")]
    [InlineData("[{}{}]", "ControlPlaneDecodeError", "element 1: byte 3 is not valid JSON")]
    [InlineData("""{"amountMsats":5,"amountMsats":7}""", "ControlPlaneDecodeError", "amountMsats is there twice")]
    [InlineData("""{"settlementId":"s","settlement_id":"s"}""", "ControlPlaneDecodeError", "settlementId is there twice")]
    [InlineData("""{"settlementId":"s","SettlementId":null,"settlementId":"s"}""", "ControlPlaneDecodeError", "settlementId is there twice")]
    [InlineData("""{"settlementId":"s","amountMsats":5,"settlement":{"amountMsats":7}}""", "ControlPlaneDecodeError", "amountMsats is there twice, with different values")]
    [InlineData("{\"settlementId\":\"x" + Preimage + "\",\"paywallId\":\"p\",\"ownerId\":\"o\",\"amountMsats\":1,\"paymentProofValue\":\"" + Preimage + "\"}", "ControlPlaneDecodeError", "settlementId contains the preimage, which is a secret; ids are stored and shown")]
    [InlineData("{\"settlementId\":\"s\",\"paywallId\":\"p\",\"ownerId\":\"" + Preimage + "\",\"amountMsats\":1,\"paymentProofValue\":\"" + Preimage + "\"}", "ControlPlaneDecodeError", "ownerId contains the preimage, which is a secret; ids are stored and shown")]
    [InlineData("{\"a\":", "ControlPlaneDecodeError", "byte 6 is not valid JSON")]
    [InlineData("{} {}", "ControlPlaneDecodeError", "byte 4 is not valid JSON")]
    [InlineData("{}", "ControlPlaneDecodeError", "settlementId is missing, and the members of an invoice update are missing too")]
    [InlineData("""{"type":"refund"}""", "ControlPlaneDecodeError", "type must be invoice or settlement")]
    [InlineData("""{"functionName":"lightning/security:setGlobalPause","args":{"active":true}}""", "ControlPlaneDecodeError", "functionName must be the function name of an invoice update or a settlement")]
    [InlineData("""{"invoiceId":"i","paywallId":"p","ownerId":"o","status":"open"}""", "ControlPlaneDecodeError", "amountMsats is missing")]
    [InlineData("""{"invoiceId":"i","paywallId":"p","ownerId":"o","status":"open","amountMsats":-1}""", "ControlPlaneDecodeError", "amountMsats must be an amount of millisatoshis")]
    [InlineData("""{"invoiceId":"i","paywallId":"p","ownerId":"o","status":"open","amountMsats":2100000000000000001}""", "ControlPlaneDecodeError", "amountMsats must be an amount of millisatoshis")]
    [InlineData("""{"invoiceId":" ","paywallId":"p","ownerId":"o","status":"open","amountMsats":1}""", "ControlPlaneDecodeError", "invoiceId is empty")]
    [InlineData("""{"invoiceId":"i","paywallId":"p","ownerId":"o","status":"paid","amountMsats":1}""", "ControlPlaneDecodeError", "status must be one of open, canceled, expired, settled")]
    [InlineData("""{"settlementId":"s","paywallId":"p","ownerId":"o","amountMsats":1}""", "ControlPlaneDecodeError", "paymentProofValue is missing")]
    [InlineData("""{"settlementId":"s","paywallId":"p","ownerId":"o","amountMsats":1,"paymentProofValue":"XYZ"}""", "invalid_preimage", "paymentProofValue of settlement s is not a preimage of 64 lower-case hexadecimal digits")]
    [InlineData("""{"settlementId":"s","paywallId":"p","ownerId":"o","amountMsats":1,"paymentProofType":"bank_transfer","paymentProofValue":"aa"}""", "ControlPlaneDecodeError", "paymentProofType must be lightning_preimage")]
    [InlineData("""{"settlementId":"s","paywallId":"p","ownerId":"o","amountMsats":1,"metadata":[],"paymentProofValue":"aa"}""", "ControlPlaneDecodeError", "metadata must be an object")]
    [InlineData("{\"settlementId\":\"s\",\"paywallId\":\"p\",\"ownerId\":\"o\",\"amountMsats\":1,\"paymentProofRef\":\"lightning_preimage:" + Preimage + "\"}", "ControlPlaneDecodeError", "paymentProofRef must be a name and at most 24 lower-case hex characters; full proofs are not stored")]
    [InlineData("""{"invoiceId":"i","paywallId":"p","ownerId":"o","status":"settled","amountMsats":1,"settledAtMs":-1}""", "ControlPlaneDecodeError", "settledAtMs must be a time in Unix milliseconds, from 1970 to 9999")]
    [InlineData("""{"invoiceId":"i","paywallId":"p","ownerId":"o","status":"settled","amountMsats":1,"settledAtMs":253402300800000}""", "ControlPlaneDecodeError", "settledAtMs must be a time in Unix milliseconds, from 1970 to 9999")]
    [InlineData("""{"settlementId":"s","paywallId":"p","ownerId":"o","amountMsats":1,"paymentProofRef":"lightning_payment_hash:aa","createdAtMs":9223372036854775807}""", "ControlPlaneDecodeError", "createdAtMs must be a time in Unix milliseconds, from 1970 to 9999")]
    public async Task What_is_no_event_is_rejected_with_its_line_and_why(string json, string code, string reason)
    {
        var rejection = (await ReadAsync("\n" + json))[0].Rejection!;

        Assert.Equal((2L, code, reason), (rejection.Line!.Value, rejection.Code, rejection.Reason));
    }

    [Fact]
    public async Task A_byte_that_is_not_text_is_rejected()
    {
        var bytes = Encoding.UTF8.GetBytes(Invoice);
        bytes[Invoice.IndexOf("inv_1", StringComparison.Ordinal)] = 0xFF;
        var source = new JsonLinesSource(new MemoryStream(bytes), "test");

        Assert.NotNull((await source.ReadAsync(5, CancellationToken.None)).Inputs[0].Rejection);
    }

    [Theory]
    [InlineData("{\"settlementId\":\"s\",\"paymentProofValue\":\"" + Preimage + "\"}")]
    [InlineData("{\"settlementId\":\"s\",\"paywallId\":\"p\",\"ownerId\":\"o\",\"amountMsats\":1,\"paymentProofValue\":\"" + Preimage + "G\"}")]
    [InlineData("{\"settlementId\":\"s\",\"paymentProofValue\":\"" + Preimage)]
    [InlineData("{\"settlementId\":\"" + Preimage + "\",\"paywallId\":\"p\",\"ownerId\":\"o\",\"amountMsats\":1,\"paymentProofValue\":\"" + Preimage + "\"}")]
    [InlineData("{\"invoiceId\":\"s\",\"paywallId\":\"p\",\"ownerId\":\"o\",\"amountMsats\":1,\"status\":\"" + Preimage + "\"}")]
    public async Task A_rejection_never_repeats_a_preimage(string json) =>
        Assert.DoesNotContain(Preimage, (await ReadAsync(json))[0].Rejection!.ToString() + (await ReadAsync(json))[0].Rejection!.Remedy, StringComparison.Ordinal);

    [Fact]
    public async Task A_preimage_is_in_no_text_of_an_event() =>
        Assert.DoesNotContain(Preimage, (await ReadAsync(Settlement))[0].ToString(), StringComparison.Ordinal);

    private static string Lines(IEnumerable<JsonElement> elements) => string.Join('\n', elements.Select(element => JsonSerializer.Serialize(element)));

    private static async Task<IReadOnlyList<SettlementInput>> ReadAsync(string text, int longestLine = 1024 * 1024, int chunk = int.MaxValue, int most = 1000)
    {
        var source = new JsonLinesSource(new SlowStream(Encoding.UTF8.GetBytes(text), chunk), "test", longestLine);
        var inputs = new List<SettlementInput>();
        for (var isLast = false; !isLast;)
        {
            var batch = await source.ReadAsync(most, CancellationToken.None);
            Assert.True(batch.Inputs.Count <= most);
            inputs.AddRange(batch.Inputs);
            isLast = batch.IsLast;
        }

        return inputs;
    }

    /// <summary>Gives few bytes at a time.</summary>
    private sealed class SlowStream(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            base.ReadAsync(buffer, offset, Math.Min(count, most), cancellationToken);
    }

    /// <summary>One letter so often, then a text.</summary>
    private sealed class RepeatedLetter(long times, string tail) : Stream
    {
        private readonly MemoryStream end = new(Encoding.UTF8.GetBytes(tail));
        private long left = times;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (left == 0)
            {
                return end.Read(buffer, offset, count);
            }

            var given = (int)Math.Min(left, count);
            buffer.AsSpan(offset, given).Fill((byte)'x');
            left -= given;
            return given;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer, offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
