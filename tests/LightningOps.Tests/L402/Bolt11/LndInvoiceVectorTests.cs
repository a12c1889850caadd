using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using LightningOps.L402.Bolt11;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402.Bolt11;

/// <summary>Invoices and what LND makes of them (zpay32.jsonl); where LND and BOLT 11 differ, BOLT 11 counts.</summary>
public sealed class LndInvoiceVectorTests
{
    private const string WrongLength = "BOLT 11 has readers fail on p, s, h and n of a wrong length since June 2025; LND skips them";
    private const string BeyondSupply = "LND accepts an amount above 21 million bitcoin";
    private const string OtherNetwork = "LND refuses it for the network of the node, not for its form";

    private static readonly IReadOnlyList<JsonElement> Rows = File.ReadAllLines(Vectors.GetPath("lnd/zpay32.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToArray();

    // Where the verdict is another than LND's, with the reason.
    private static readonly Dictionary<string, string> Verdicts = new(StringComparer.Ordinal)
    {
        ["amount 21000001"] = BeyondSupply,
        ["amount 184467440737095516"] = BeyondSupply,
        ["amount 18446744073709551615n"] = BeyondSupply,
        ["simnet invoice at a mainnet node"] = OtherNetwork,
        ["testnet invoice at a signet node"] = OtherNetwork,
        ["mainnet invoice at a regtest node"] = OtherNetwork,
        ["field p 51 words first, right one after"] = WrongLength,
        ["field p empty first, right one after"] = WrongLength,
        ["field s 51 words only"] = WrongLength,
        ["field s 51 words first, right one after"] = WrongLength,
        ["field s empty first, right one after"] = WrongLength,
        ["payee stated 52 words"] = WrongLength,
        ["spec or upstream example 19"] = WrongLength,
        ["payee stated, high s"] = "beside a stated payee BOLT 11 accepts the lower s only; LND accepts both",
        ["spec or upstream example 16"] = "LND reads 7,089 characters at most; BOLT 11 sets no limit",
    };

    public static IEnumerable<object[]> Names => Rows.Select(row => new object[] { GetName(row) });

    [Theory]
    [MemberData(nameof(Names))]
    public void An_invoice_is_read_or_refused_as_LND_does_it(string name)
    {
        var row = Rows.Single(one => GetName(one) == name);
        var isRead = Bolt11Invoice.TryParse(Text(row, "invoice")!, out var invoice, out var error);

        Assert.True(isRead == (row.GetProperty("ok").GetBoolean() != Verdicts.ContainsKey(name)), name + ": " + error);
        if (isRead && row.GetProperty("ok").GetBoolean())
        {
            AssertFields(row, invoice!);
        }
    }

    [Fact]
    public void Every_exception_is_of_a_row_that_is_there() =>
        Assert.Empty(Verdicts.Keys.Except(Rows.Select(GetName)));

    [Theory]
    [InlineData("spec or upstream example 3")]
    [InlineData("spec or upstream example 8")]
    public void An_invoice_without_a_payment_secret_is_shown_and_payable_only_through_a_blinded_path(string name)
    {
        var invoice = Bolt11Invoice.Parse(Text(Rows.Single(row => GetName(row) == name), "invoice")!);

        Assert.Null(invoice.PaymentSecretHex);
        Assert.Equal(invoice.BlindedPaths.Count > 0, invoice.IsPayable);
    }

    private static void AssertFields(JsonElement row, Bolt11Invoice invoice)
    {
        Assert.Equal(Text(row, "network"), invoice.Network.ToString().ToLowerInvariant());
        Assert.Equal(row.GetProperty("amountMsat").ValueKind == JsonValueKind.Null || row.GetProperty("amountMsat").GetInt64() == 0 ? null : row.GetProperty("amountMsat").GetInt64(), invoice.Amount);
        Assert.Equal(Text(row, "paymentHash"), invoice.PaymentHash);
        Assert.Equal(Text(row, "paymentSecret"), invoice.PaymentSecretHex);
        Assert.Equal(Text(row, "payee"), invoice.PayeeHex);
        Assert.Equal(Text(row, "description"), invoice.Description);
        Assert.Equal(Text(row, "descriptionHash"), invoice.DescriptionHashHex);
        Assert.Equal(row.GetProperty("timestamp").GetInt64(), invoice.Timestamp);
        Assert.Equal(row.GetProperty("features").EnumerateArray().Select(bit => bit.GetInt32()), invoice.Features);
        Assert.Equal(Text(row, "metadata") ?? string.Empty, invoice.MetadataHex ?? string.Empty);
        Assert.Equal((row.GetProperty("routeHints").GetInt32(), row.GetProperty("paths").GetInt32()), (invoice.RouteHints.Count, invoice.BlindedPaths.Count));

        // LND overflows on 13 words of ones.
        Assert.Equal(row.GetProperty("expirySeconds").GetInt64() is >= 0 and var expiry ? expiry : long.MaxValue, invoice.ExpirySeconds);

        // LND assumes 24 blocks where the invoice does not say; BOLT 11 says 18.
        Assert.Contains(invoice.MinFinalCltvExpiryDelta, Cltv(row));
    }

    private static IEnumerable<long> Cltv(JsonElement row) =>
        !row.TryGetProperty("minFinalCltvExpiry", out var blocks) || blocks.ValueKind == JsonValueKind.Null ? [0]
        : blocks.TryGetInt64(out var number) ? number == 24 ? [18, 24] : [number]
        : [long.MaxValue];

    private static string GetName(JsonElement row) => Text(row, "name")!;

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetString() : null;
}
