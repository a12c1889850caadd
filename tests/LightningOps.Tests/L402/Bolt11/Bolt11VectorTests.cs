using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402.Bolt11;

public sealed class Bolt11VectorTests
{
    private const string WithoutSecret = "Missing required `s` field.";

    private const string WithWrongLengths = "Same, but including fields which must be ignored.";

    private static readonly JsonElement Root = Vectors.Json("bolt11.json");

    // Since June 2025 readers fail on p, s, h and n of a wrong length, which they had to ignore before.
    public static IEnumerable<object[]> Valid => Titles("valid").Where(title => (string)title[0] != WithWrongLengths);

    // An invoice without a payment secret is shown, and not payable.
    public static IEnumerable<object[]> Invalid => Titles("invalid").Where(title => (string)title[0] != WithoutSecret);

    [Theory]
    [MemberData(nameof(Valid))]
    public void An_example_of_the_specification_decodes_to_its_fields(string title)
    {
        var expected = Find("valid", title);
        var invoice = Bolt11Invoice.Parse(Text(expected, "invoice")!);

        Assert.True(invoice.IsSignatureVerified);
        Assert.Equal(title.StartsWith("Public-key recovery with high-S", System.StringComparison.Ordinal) ? "02d0139ce7427d6dfffd26a326c18be754ef1e64672b42694ba5b23ef6e6e7803d" : "03e7156ae33b0a208d0744199163177e909e80176e55d97a2f221ede0f934dd9ad", invoice.PayeeHex);
        Assert.Equal(Text(expected, "amountMsats"), invoice.Amount?.ToString());
        Assert.Equal(Text(expected, "amountMsats") is null ? InvoiceAmountKind.Absent : InvoiceAmountKind.Stated, invoice.AmountKind);
        Assert.Equal(Text(expected, "paymentHash"), invoice.PaymentHash);
        Assert.Equal(Text(expected, "paymentSecret"), invoice.PaymentSecretHex);
        Assert.Equal(Text(expected, "description"), invoice.Description);
        Assert.Equal(Text(expected, "descriptionHash"), invoice.DescriptionHashHex);
        Assert.Equal(expected.GetProperty("timestamp").GetInt64(), invoice.Timestamp);
        Assert.Equal(expected.GetProperty("expirySeconds").ValueKind == JsonValueKind.Null ? 3600 : expected.GetProperty("expirySeconds").GetInt64(), invoice.ExpirySeconds);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void An_invalid_example_of_the_specification_is_refused_with_its_code(string title)
    {
        Assert.False(Bolt11Invoice.TryParse(Text(Find("invalid", title), "invoice")!, out _, out var error));

        Assert.Equal((GetCode(title), "InvoiceDecodeError"), (error.Code, error.Tag));
    }

    [Fact]
    public void An_invoice_without_a_payment_secret_is_read_and_not_payable()
    {
        var invoice = Bolt11Invoice.Parse(Text(Find("invalid", WithoutSecret), "invoice")!);

        Assert.Equal((null, false), (invoice.PaymentSecretHex, invoice.IsPayable));
    }

    [Fact]
    public void A_field_of_a_wrong_length_is_refused_although_it_was_ignored_before()
    {
        Assert.False(Bolt11Invoice.TryParse(Text(Find("valid", WithWrongLengths), "invoice")!, out _, out var error));

        Assert.Equal(L402ErrorCodes.InvoiceFieldInvalid, error.Code);
    }

    [Fact]
    public void Routes_fallbacks_and_metadata_are_decoded()
    {
        var routed = Bolt11Invoice.Parse(Text(Find("valid", "On mainnet, with fallback address 1RustyRX2oai4EYYDpQGWvEL62BBGqN9T"), "invoice")!);

        Assert.Equal(new Bolt11FallbackAddress(17, "04b61f7dc1ea0dc99424464cc4064dc564d91e89"), Assert.Single(routed.FallbackAddresses));
        Assert.Equal(
            new[]
            {
                new Bolt11RouteHop("029e03a901b85534ff1e92c43c74431f7ce72046060fcf7a95c37e148f78c77255", "66051x263430x1800", 1, 20, 3),
                new Bolt11RouteHop("039e03a901b85534ff1e92c43c74431f7ce72046060fcf7a95c37e148f78c77255", "197637x395016x2314", 2, 30, 4),
            },
            Assert.Single(routed.RouteHints));
        Assert.Equal(Bolt11Network.Mainnet, routed.Network);
        Assert.Equal(Bolt11Network.Testnet, Bolt11Invoice.Parse(Text(Find("valid", "The same, on testnet"), "invoice")!).Network);

        var metadata = Bolt11Invoice.Parse(Text(Find("valid", "Please send 0.01 BTC with payment"), "invoice")!);
        Assert.Equal(("01fafaf0", 18L), (metadata.MetadataHex, metadata.MinFinalCltvExpiryDelta));
        Assert.Equal(10, Bolt11Invoice.Parse(Text(Find("valid", "Please send 0.00967878534"), "invoice")!).MinFinalCltvExpiryDelta);
    }

    private static string GetCode(string title) => title switch
    {
        "Same, but adding invalid unknown feature 100" => L402ErrorCodes.InvoiceUnknownFeature,
        "Bech32 checksum is invalid." => L402ErrorCodes.InvoiceChecksum,
        "Malformed bech32 string (no 1)" => L402ErrorCodes.InvoiceMalformed,
        "Malformed bech32 string (mixed case)" => L402ErrorCodes.InvoiceMixedCase,
        "Signature is not recoverable." => L402ErrorCodes.InvoiceSignatureInvalid,
        "String is too short." => L402ErrorCodes.InvoiceTooShort,
        "Invalid multiplier" => L402ErrorCodes.InvoiceUnknownMultiplier,
        "Invalid sub-millisatoshi precision." => L402ErrorCodes.InvoiceSubMillisatoshi,
        "Non canonical signature (high-S) with 'n' field defined" => L402ErrorCodes.InvoiceSignatureInvalid,
        _ => "no code is known for " + title,
    };

    private static IEnumerable<object[]> Titles(string list) => Root.GetProperty(list).EnumerateArray().Select(item => new object[] { Text(item, "title")! });

    private static JsonElement Find(string list, string title) => Root.GetProperty(list).EnumerateArray().First(item => Text(item, "title")!.StartsWith(title, System.StringComparison.Ordinal));

    private static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();
}
