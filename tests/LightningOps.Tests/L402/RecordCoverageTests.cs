using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402;

/// <summary>Members of recorded rows that no other test compares, and the rows that are excepted, each with its reason.</summary>
public sealed class RecordCoverageTests
{
    private const string Session = "sessions are not bought";
    private const string ServerSide = "a server's refusal of a credential that no client here writes";
    private const string Base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const string Bech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

    private static readonly JsonElement Payment = Vectors.Json("mpp/vectors.json");
    private static readonly JsonElement[] Exchanges = Lines("clients/headers.jsonl");

    private static readonly Dictionary<string, string> Credentials = new(StringComparer.Ordinal)
    {
        ["session open credential with a source"] = Session,
        ["session bearer credential"] = Session,
        ["reject wrong scheme"] = ServerSide,
        ["reject empty token"] = ServerSide,
        ["reject token that is not base64url"] = ServerSide,
        ["reject token with non-zero trailing bits"] = ServerSide,
        ["reject token that is not json"] = ServerSide,
        ["reject missing challenge.id"] = ServerSide,
        ["reject missing payload"] = ServerSide,
    };

    // What other programs sent is no credential of L402 in these rows.
    private static readonly Dictionary<string, string> Authorizations = new(StringComparer.Ordinal)
    {
        ["Bearer abc"] = "another scheme",
        ["Basic YTpi"] = "another scheme",
        ["L402 "] = "a probe without a credential",
        ["Payment abc"] = "a probe without a credential",
    };

    private static readonly string[] Broken = ["form of the credential: preimage missing", "form of the credential: preimage short", "form of the credential: two macaroons comma"];

    [Fact]
    public void Every_credential_of_the_vectors_is_written_here_to_the_letter_or_excepted()
    {
        var rows = Payment.GetProperty("credentials").EnumerateArray().ToArray();

        Assert.Empty(Credentials.Keys.Except(rows.Select(row => Text(row, "name")!)));
        Assert.All(rows.Where(row => !Credentials.ContainsKey(Text(row, "name")!)), row =>
        {
            var credential = JsonDocument.Parse(Text(row, "credentialJson")!).RootElement;
            var challenge = PaymentCredential.FromToken(Base64UrlText.Encode(Encoding.UTF8.GetBytes(credential.GetProperty("challenge").GetRawText())));
            Assert.Equal(Text(row, "header"), PaymentCredential.ToHeaderValue(challenge, credential.GetProperty("payload").GetProperty("preimage").GetString()!), ignoreCase: Text(row, "name") == "lowercased scheme token");
        });
    }

    [Fact]
    public void Every_receipt_of_the_vectors_is_read_whole_and_what_is_none_is_not()
    {
        Assert.All(Payment.GetProperty("receipts").EnumerateArray(), row =>
        {
            var expected = JsonDocument.Parse(Text(row, "receiptJson")!).RootElement;
            var receipt = PaymentReceipt.Read(Text(row, "header")!);

            // An event of a session has no status.
            Assert.Equal(Text(expected, "status") is not null, receipt is not null);
            Assert.Equal(
                (Text(expected, "status"), Text(expected, "method"), Text(expected, "timestamp"), Text(expected, "reference"), Text(expected, "challengeId")),
                (receipt?.Status, receipt is null ? Text(expected, "method") : receipt.Method, receipt is null ? Text(expected, "timestamp") : receipt.Timestamp, receipt is null ? Text(expected, "reference") : receipt.Reference, receipt?.ChallengeId));
        });
    }

    [Fact]
    public void A_challenge_of_the_vectors_is_written_as_its_server_writes_it()
    {
        Assert.All(Payment.GetProperty("challengeHeaders").EnumerateArray(), row =>
        {
            var parameters = row.GetProperty("params");
            var challenge = new PaymentChallenge
            {
                Id = Text(parameters, "id")!,
                Realm = Text(parameters, "realm")!,
                Method = Text(parameters, "method")!,
                Intent = Text(parameters, "intent")!,
                Request = Text(parameters, "request")!,
                Expires = Text(parameters, "expires"),
                Digest = Text(parameters, "digest"),
                Description = Text(parameters, "description"),
                Opaque = Text(parameters, "opaque"),
            };
            Assert.Equal(Text(row, "header"), challenge.ToHeaderValue());
        });
    }

    [Fact]
    public void An_identifier_of_the_vectors_is_bound_to_its_seven_slots()
    {
        var secret = Convert.FromHexString(Text(Payment, "hmacSecretHex")!);

        Assert.All(Payment.GetProperty("challengeIds").EnumerateArray(), row =>
        {
            var parameters = row.GetProperty("params");
            Assert.Equal(Text(parameters, "id"), Base64UrlText.Encode(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(Text(row, "hmacInput")!))));
            Assert.Equal(Text(row, "hmacInput"), string.Join('|', new[] { "realm", "method", "intent", "request", "expires", "digest", "opaque" }.Select(name => Text(parameters, name))));
        });
    }

    [Fact]
    public void Every_member_of_a_recorded_token_agrees_with_what_is_read()
    {
        Assert.All(Lines("clients/tokens.jsonl"), row =>
        {
            var token = L402Token.Read(Text(row, "token")!);
            Assert.EndsWith(Text(row, "signatureHex")!, Hex(Convert.FromBase64String(Text(row, "token")!)), StringComparison.Ordinal);
            Assert.StartsWith((token.Services ?? string.Empty).Split(':')[0], Text(row, "service") == "odd" ? "na-me.with_x" : Text(row, "service") == "bare" ? "bare" : Text(row, "service")!, StringComparison.Ordinal);
            if (row.TryGetProperty("addedCaveats", out var added))
            {
                Assert.Equal(added.EnumerateArray().Select(caveat => caveat.GetString()), token.Caveats.TakeLast(added.GetArrayLength()));
                var accepted = row.GetProperty("accepted").EnumerateObject().All(program => program.Value.GetInt32() == 200);

                // A token that has ended was refused by each of them. Which other restrictions a server does not know is its own affair.
                Assert.True(!accepted || token.ExpiresAt is not { } end || end.ToUnixTimeSeconds() > row.GetProperty("at").GetInt64() || token.Caveats.Contains("valid_until=1795952533"), string.Join(' ', token.Caveats));
            }

            if (Text(row, "invoice") is { } text)
            {
                var invoice = Bolt11Invoice.Parse(text);
                Assert.Equal((Text(row, "paymentHashHex"), "simnet (throw-away)", "Simnet"), (invoice.PaymentHash, Text(row, "network"), invoice.Network.ToString()));
                Assert.Equal(row.GetProperty("preimageMatches").GetBoolean(), Preimage.Parse(Text(row, "preimage")!).MatchesPaymentHash(PaymentHash.Parse(invoice.PaymentHash)));
                Assert.True(row.GetProperty("acceptedByIssuer").GetBoolean());
                Assert.StartsWith("aperture", Text(row, "issuer"), StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void Every_fallback_address_that_LND_shows_is_among_those_read()
    {
        var rows = Lines("lnd/zpay32.jsonl").Where(row => Text(row, "fallback") is { Length: > 0 } && row.GetProperty("ok").GetBoolean()).ToArray();

        Assert.True(rows.Length > 8);
        Assert.All(rows.Where(row => Bolt11Invoice.TryParse(Text(row, "invoice")!, out _, out _)), row =>
            Assert.Contains(Program(Text(row, "fallback")!), Bolt11Invoice.Parse(Text(row, "invoice")!).FallbackAddresses.Select(address => address.ProgramHex)));
    }

    [Fact]
    public void Every_credential_that_a_program_sent_is_read()
    {
        var sent = Exchanges.Where(row => !Broken.Contains(Text(row, "note"))).SelectMany(row => Header(row.GetProperty("request"), "authorization")).Where(value => !Authorizations.ContainsKey(value)).ToArray();

        Assert.True(sent.Length > 60);
        Assert.All(Authorizations.Keys, value => Assert.Contains(Exchanges, row => Header(row.GetProperty("request"), "authorization").Contains(value)));
        Assert.All(Broken, note => Assert.DoesNotContain(
            Exchanges.Where(row => Text(row, "note") == note).SelectMany(row => Header(row.GetProperty("request"), "authorization")),
            value => L402Authorization.TryParse(value, out _, out _)));
        Assert.All(sent, value =>
        {
            if (!value.StartsWith("Payment ", StringComparison.Ordinal))
            {
                Assert.True(L402Authorization.TryParse(value, out var authorization, out var error), error?.Reason);
                Assert.Contains(authorization.Token, value, StringComparison.Ordinal);
                Assert.Contains(authorization.Preimage.Reveal(), value, StringComparison.OrdinalIgnoreCase);
                return;
            }

            var credential = JsonDocument.Parse(Base64UrlText.Decode(value["Payment ".Length..])!).RootElement;
            var challenge = PaymentCredential.FromToken(Base64UrlText.Encode(Encoding.UTF8.GetBytes(credential.GetProperty("challenge").GetRawText())));
            Assert.Equal("lightning", challenge.Method);
            Assert.NotNull(PaymentCredential.FindExpiry(challenge));
            Assert.NotNull(Base64UrlText.Decode(challenge.Request));
        });
    }

    [Fact]
    public void Every_receipt_that_a_server_sent_is_read()
    {
        var receipts = Exchanges.SelectMany(row => Header(row, "payment-receipt")).ToArray();

        Assert.True(receipts.Length > 5);
        Assert.All(receipts, value =>
        {
            var receipt = PaymentReceipt.Read(value);
            Assert.Equal(("success", "lightning"), (receipt?.Status, receipt?.Method));
            Assert.NotEmpty(receipt!.Reference);
        });
    }

    [Fact]
    public void Every_answer_that_asks_for_money_is_read_as_a_challenge_or_as_a_demand()
    {
        var asked = Exchanges.Where(row => row.GetProperty("status").ValueKind == JsonValueKind.Number && row.GetProperty("status").GetInt32() == 402).ToArray();

        Assert.True(asked.Length > 100);
        Assert.All(asked, row =>
        {
            var challenges = Header(row, "www-authenticate").ToArray();
            var demands = PaymentDemandReader.ReadHeaders(challenges, Header(row, "payment-required").ToArray());
            Assert.True(demands.Any() || L402Challenge.TryParse(challenges, out _, out _), row.GetRawText());
        });
    }

    private static string Program(string address)
    {
        if (address.Contains('1', StringComparison.Ordinal) && address.StartsWith("bc1", StringComparison.Ordinal) || address.StartsWith("sb1", StringComparison.Ordinal))
        {
            var words = address[(address.LastIndexOf('1') + 1)..^6].Select(letter => (byte)Bech32Alphabet.IndexOf(letter, StringComparison.Ordinal)).ToArray();
            return Hex(FiveBitWords.ToBytes(words.AsSpan(1)));
        }

        var number = address.Aggregate(BigInteger.Zero, (sum, letter) => (sum * 58) + Base58Alphabet.IndexOf(letter, StringComparison.Ordinal));
        return Hex(number.ToByteArray(isUnsigned: true, isBigEndian: true).TakeLast(24).Take(20).ToArray());
    }

    private static IEnumerable<string> Header(JsonElement row, string name) =>
        !row.TryGetProperty("headers", out var headers) ? []
        : headers.ValueKind == JsonValueKind.Array
            ? headers.EnumerateArray().Where(pair => pair.ValueKind == JsonValueKind.Array && pair[0].GetString()!.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(pair => pair[1].GetString()!)
            : headers.ValueKind != JsonValueKind.Object ? []
            : headers.EnumerateObject().Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                .SelectMany(header => header.Value.ValueKind == JsonValueKind.Array ? header.Value.EnumerateArray().Select(value => value.GetString()!) : [header.Value.GetString()!]);

    private static JsonElement[] Lines(string name) => File.ReadLines(Vectors.GetPath(name)).Select(line => JsonDocument.Parse(line).RootElement).ToArray();

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
