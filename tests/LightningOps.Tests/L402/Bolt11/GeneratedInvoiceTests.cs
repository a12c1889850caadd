using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using LightningOps.L402.Bolt11;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402.Bolt11;

/// <summary>Generated and mutated invoices, signed by a test key, and what LND's own zpay32.Decode reads in them (lnd/zpay32-generated.jsonl).</summary>
public sealed class GeneratedInvoiceTests
{
    private const string BeyondSupply = "LND accepts an amount above 21 million bitcoin, and one that overflows";
    private const string BeyondUint64 = "LND reads no amount of more than 64 bits; it is 21 million bitcoin here";
    private const string EachOne = "each field is held to its form here; LND skips those of a wrong length and any after the first";
    private const string HighS = "beside a stated payee the lower s only, and a recovery number that exists";
    private const string BlindedPath = "LND accepts a path without hops and encrypted data that is cut off; no node can pay through them";
    private const string EmptyHop = "LND's reader refuses a last hop without encrypted data; the form is that of the others";
    private const string BitOfOtherVersion = "other versions of LND know the feature";

    private static readonly JsonElement[] Rows = File.ReadLines(Vectors.GetPath("lnd/zpay32-generated.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToArray();

    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["generated 17"] = BeyondSupply,
        ["generated 20"] = EachOne,
        ["generated 28"] = BeyondSupply,
        ["generated 66"] = EachOne,
        ["generated 84"] = EachOne,
        ["generated 104"] = BeyondSupply,
        ["generated 129"] = EachOne,
        ["generated 135"] = EachOne,
        ["generated 139"] = HighS,
        ["generated 156"] = BlindedPath,
        ["generated 214"] = EachOne,
        ["generated 237"] = EachOne,
        ["generated 245"] = BlindedPath,
        ["generated 303"] = EachOne,
        ["generated 342"] = EachOne,
        ["generated 361"] = EachOne,
        ["generated 445"] = EachOne,
        ["generated 689"] = HighS,
        ["generated 846"] = EachOne,
        ["generated 860"] = EachOne,
        ["generated 877"] = BlindedPath,
        ["generated 885"] = EachOne,
        ["generated 952"] = EachOne,
        ["generated 987"] = EachOne,
        ["generated 1192"] = BeyondUint64,
        ["generated 1236"] = HighS,
        ["generated 1294"] = EachOne,
        ["generated 1302"] = EachOne,
        ["generated 1351"] = EachOne,
        ["generated 1816"] = EachOne,
        ["generated 2148"] = EmptyHop,
        ["generated 2261"] = EmptyHop,
        ["generated 2400"] = EachOne,
        ["generated 2440"] = EmptyHop,
        ["generated 2951"] = BeyondUint64,
        ["generated 3253"] = EachOne,
        ["generated 4405"] = BeyondUint64,
        ["generated 4936"] = EachOne,
        ["generated 6721"] = EachOne,
        ["generated 8118"] = EachOne,
        ["generated 12261"] = BitOfOtherVersion,
        ["generated 15493"] = EachOne,
    };

    public static IEnumerable<object[]> Names => Rows.Select(row => new object[] { Text(row, "name")! });

    [Theory]
    [MemberData(nameof(Names))]
    public void An_invoice_is_read_or_refused_as_LND_does_it(string name)
    {
        var row = Rows.Single(one => Text(one, "name") == name);
        var isRead = Bolt11Invoice.TryParse(Text(row, "invoice")!, out var invoice, out var error);

        Assert.True(isRead == (row.GetProperty("ok").GetBoolean() != Exceptions.ContainsKey(name)), name + ": " + error);
        if (isRead && row.GetProperty("ok").GetBoolean())
        {
            AssertSame(row, invoice!);
        }
    }

    [Fact]
    public void Every_exception_is_of_a_row_that_is_there() => Assert.Empty(Exceptions.Keys.Except(Rows.Select(row => Text(row, "name")!)));

    [Theory]
    [InlineData("lnbc99999999999999999999")]
    [InlineData("lnbc19563880547171565211")]
    [InlineData("lnbc99999999999999999999m")]
    public void An_amount_of_twenty_digits_is_refused_without_a_fault(string prefix)
    {
        Assert.False(Bolt11Invoice.TryParse(Bech32.Encode(prefix, new byte[200]), out _, out var error));

        Assert.Equal(LightningOps.L402.L402ErrorCodes.InvoiceAmountOutOfRange, error.Code);
    }

    private static void AssertSame(JsonElement row, Bolt11Invoice invoice)
    {
        Assert.Equal(Text(row, "network"), invoice.Network.ToString().ToLowerInvariant());
        Assert.Equal(row.GetProperty("amountMsat") is { ValueKind: JsonValueKind.Number } amount && amount.GetInt64() != 0 ? amount.GetInt64() : null, invoice.Amount);
        Assert.Equal((Text(row, "paymentHash"), Text(row, "paymentSecret"), Text(row, "payee")), (invoice.PaymentHash, invoice.PaymentSecretHex, invoice.PayeeHex));
        Assert.Equal((Text(row, "description"), Text(row, "descriptionHash"), Text(row, "metadata") ?? string.Empty), (invoice.Description, invoice.DescriptionHashHex, invoice.MetadataHex ?? string.Empty));
        Assert.Equal(row.GetProperty("timestamp").GetInt64(), invoice.Timestamp);
        Assert.Equal(row.GetProperty("features").EnumerateArray().Select(bit => bit.GetInt32()), invoice.Features);
        Assert.Equal(List(row, "routes", route => string.Join('|', route.EnumerateArray().Select(hop => hop.GetString()))), invoice.RouteHints.Select(Write));
        Assert.Equal(List(row, "blinded", path => path.GetString()!), invoice.BlindedPaths.Select(Write));
        Assert.True(Text(row, "fallback") is not { } program || invoice.FallbackAddresses.Any(address => address.ProgramHex == program));

        // LND's durations end at 2^63 nanoseconds, and its blocks at 64 bits; 24 is its own number where the invoice states none.
        Assert.True(invoice.ExpirySeconds > long.MaxValue / 1_000_000_000 || invoice.ExpirySeconds == row.GetProperty("expirySeconds").GetInt64());
        Assert.True(invoice.MinFinalCltvExpiryDelta == long.MaxValue || row.GetProperty("minFinalCltvExpiry").GetUInt64() is var blocks && (blocks == (ulong)invoice.MinFinalCltvExpiryDelta || (blocks == 24 && invoice.MinFinalCltvExpiryDelta == 18)));
    }

    private static string Write(IReadOnlyList<Bolt11RouteHop> route) =>
        string.Join('|', route.Select(hop => string.Create(CultureInfo.InvariantCulture, $"{hop.PublicKeyHex} {hop.ShortChannelId} {hop.FeeBaseMsat} {hop.FeeProportionalMillionths} {hop.CltvExpiryDelta}")));

    private static string Write(Bolt11BlindedPath path) =>
        string.Create(CultureInfo.InvariantCulture, $"{path.IntroductionNodeHex} {path.HopCount} {path.FeeBaseMsat} {path.FeeProportionalMillionths} {path.CltvExpiryDelta}");

    private static IEnumerable<string> List(JsonElement row, string name, Func<JsonElement, string> write) =>
        row.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(write) : [];

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetString() : null;
}
