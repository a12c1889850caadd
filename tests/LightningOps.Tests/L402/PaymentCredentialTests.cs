using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using LightningOps.L402;
using LightningOps.Tests.Buyer;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402;

/// <summary>
/// Credentials, receipts and identifiers of the Payment scheme (mpp/vectors.json). Its vectors of canonical JSON are of no use
/// to a client, which echoes the request as it received it and never writes one.
/// </summary>
public sealed class PaymentCredentialTests
{
    private static readonly JsonElement Root = Vectors.Json("mpp/vectors.json");

    public static IEnumerable<object[]> Charges => Root.GetProperty("credentials").EnumerateArray()
        .Where(row => !row.TryGetProperty("error", out _) && row.TryGetProperty("credentialJson", out var json) && IsCharge(json.GetString()!) && row.GetProperty("header").GetString()!.StartsWith("Payment ", StringComparison.Ordinal)).Select(row => new object[] { row.GetProperty("name").GetString()! });

    public static IEnumerable<object[]> Receipts => Root.GetProperty("receipts").EnumerateArray().Where(row => row.TryGetProperty("receiptJson", out var json) && json.GetString()!.Contains("\"status\"", StringComparison.Ordinal)).Select(row => new object[] { row.GetProperty("name").GetString()! });

    public static IEnumerable<object[]> Ids => Root.GetProperty("challengeIds").EnumerateArray().Select(row => new object[] { row.GetProperty("name").GetString()! });

    [Theory]
    [MemberData(nameof(Charges))]
    public void A_charge_is_answered_with_the_challenge_as_received_and_the_preimage(string name)
    {
        var row = Root.GetProperty("credentials").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name);
        var credential = JsonDocument.Parse(row.GetProperty("credentialJson").GetString()!).RootElement;
        var challenge = PaymentCredential.FromToken(Base64UrlText.Encode(Encoding.UTF8.GetBytes(credential.GetProperty("challenge").GetRawText())));

        Assert.Equal(row.GetProperty("header").GetString(), PaymentCredential.ToHeaderValue(challenge, credential.GetProperty("payload").GetProperty("preimage").GetString()!));
        Assert.Equal(challenge, PaymentCredential.FromToken(PaymentCredential.ToToken(challenge)));
    }

    [Theory]
    [MemberData(nameof(Receipts))]
    public void A_receipt_is_read_or_none(string name)
    {
        var row = Root.GetProperty("receipts").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name);
        var receipt = row.TryGetProperty("header", out var header) ? PaymentReceipt.Read(header.GetString()!) : null;

        Assert.Equal(row.TryGetProperty("error", out _), receipt is null);
        if (receipt is not null)
        {
            var expected = JsonDocument.Parse(row.GetProperty("receiptJson").GetString()!).RootElement;
            Assert.Equal((expected.GetProperty("status").GetString(), expected.GetProperty("reference").GetString()), (receipt.Status, receipt.Reference));
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_seller_of_the_tests_makes_identifiers_as_the_vectors_have_them(string name)
    {
        var parameters = Root.GetProperty("challengeIds").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name).GetProperty("params");

        Assert.Equal(Text("id"), PaymentSeller.GetId(Text("realm")!, Text("method")!, Text("intent")!, Text("request")!, Text("expires"), Text("digest"), Text("opaque")));

        string? Text(string member) => parameters.TryGetProperty(member, out var value) ? value.GetString() : null;
    }

    private static bool IsCharge(string json)
    {
        try
        {
            var root = JsonDocument.Parse(json).RootElement;
            return root.GetProperty("challenge").GetProperty("intent").GetString() == "charge" && !root.TryGetProperty("source", out _) && root.GetProperty("payload").EnumerateObject().Count() == 1;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            return false;
        }
    }
}
