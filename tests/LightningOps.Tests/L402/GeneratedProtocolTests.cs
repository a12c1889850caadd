using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using LightningOps.L402;
using LightningOps.L402.Macaroons;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402;

/// <summary>Generated headers and macaroons, and what Aperture's own code and gopkg.in/macaroon.v2 read in them.</summary>
public sealed class GeneratedProtocolTests
{
    private const string WholeLine = "Aperture gives up a line at its first fault; the complete challenges of it are read here";
    private const string Unterminated = "Aperture reads a value without a closing quote; it may be cut off, so it is not paid here";

    private static readonly JsonElement[] Headers = Read("clients/payment-generated.jsonl");
    private static readonly JsonElement[] Tokens = Read("macaroons-generated.jsonl");

    private static readonly Dictionary<string, string> HeaderExceptions = new(StringComparer.Ordinal)
    {
        ["generated 8"] = WholeLine,
        ["generated 52"] = WholeLine,
        ["generated 80"] = WholeLine,
        ["generated 82"] = WholeLine,
        ["generated 113"] = WholeLine,
        ["generated 126"] = WholeLine,
        ["generated 133"] = WholeLine,
        ["generated 135"] = WholeLine,
        ["generated 633"] = Unterminated,
        ["generated 1101"] = Unterminated,
        ["generated 1188"] = Unterminated,
        ["generated 1248"] = Unterminated,
        ["generated 1452"] = Unterminated,
        ["generated 1496"] = Unterminated,
    };

    // gopkg.in/macaroon.v2 ignores bytes after the signature; libmacaroons refuses them.
    private static readonly string[] WithBytesAfterTheSignature =
    [
        "generated 8", "generated 61", "generated 87", "generated 109", "generated 110", "generated 175", "generated 185", "generated 239", "generated 357",
    ];

    public static IEnumerable<object[]> HeaderNames => Headers.Select(row => new object[] { Text(row, "name")! });

    public static IEnumerable<object[]> TokenNames => Tokens.Select(row => new object[] { Text(row, "name")! });

    [Theory]
    [MemberData(nameof(HeaderNames))]
    public void Payment_challenges_of_any_spelling_are_read_as_Aperture_reads_them(string name)
    {
        var row = Headers.Single(one => Text(one, "name") == name);
        var expected = row.GetProperty("challenges").EnumerateArray().Select(Write).Where(challenge => challenge is not null);
        var read = PaymentChallenge.ReadAll(row.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!)).Select(Write);

        Assert.Equal(!HeaderExceptions.ContainsKey(name), expected.SequenceEqual(read));
    }

    [Theory]
    [MemberData(nameof(HeaderNames))]
    public void The_credential_of_a_challenge_echoes_it_to_the_letter(string name)
    {
        var row = Headers.Single(one => Text(one, "name") == name);

        foreach (var challenge in PaymentChallenge.ReadAll(row.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!)))
        {
            var value = PaymentCredential.ToHeaderValue(PaymentCredential.FromToken(PaymentCredential.ToToken(challenge)), "preimage");
            using var credential = JsonDocument.Parse(Base64UrlText.Decode(value["Payment ".Length..])!);

            Assert.Equal(Write(challenge), Write(credential.RootElement.GetProperty("challenge")));
        }
    }

    [Theory]
    [MemberData(nameof(TokenNames))]
    public void A_macaroon_of_either_version_is_read_and_verified_as_by_another_library(string name)
    {
        var row = Tokens.Single(one => Text(one, "name") == name);
        var binary = Convert.FromBase64String(Text(row, "binary")!);
        var isRead = Macaroon.TryParse(binary, out var macaroon, out _);

        Assert.Equal(row.GetProperty("ok").GetBoolean() != WithBytesAfterTheSignature.Contains(name), isRead);
        if (!isRead)
        {
            return;
        }

        Assert.Equal((Text(row, "location"), Text(row, "identifier"), Text(row, "signature")), (Hex(macaroon!.LocationBytes), Hex(macaroon.IdentifierBytes), Hex(macaroon.SignatureBytes)));
        Assert.Equal(
            row.GetProperty("caveats").EnumerateArray().Select(caveat => string.Join(',', caveat.EnumerateArray().Select(part => part.GetString()))),
            macaroon.Caveats.Select(caveat => string.Join(',', Hex(caveat.IdentifierBytes), Hex(caveat.VerificationIdBytes), Hex(caveat.LocationBytes))));
        Assert.Equal(row.GetProperty("verifies").GetBoolean(), macaroon.Verify(Convert.FromHexString(Text(row, "rootKey")!)));
        Assert.Equal(row.GetProperty("version").GetInt32(), binary[0] == 2 ? 2 : 1);
        Assert.All(
            new[] { Convert.ToBase64String(binary), Convert.ToBase64String(binary).TrimEnd('='), Convert.ToBase64String(binary).Replace('+', '-').Replace('/', '_'), Hex(binary) },
            text => Assert.Equal(macaroon, Macaroon.Parse(text)));
        if (row.TryGetProperty("l402", out var parts))
        {
            var identifier = L402Identifier.Parse(macaroon.Identifier.Span);
            Assert.Equal((parts[0].GetString(), parts[1].GetString()), (identifier.PaymentHash.Hex, identifier.TokenIdHex));
        }
    }

    [Fact]
    public void A_realm_in_UTF8_is_echoed_as_the_server_wrote_it()
    {
        // An HTTP client gives each byte of a header as one character.
        var line = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("Payment id=\"i\", realm=\"café ₿\", method=\"lightning\", intent=\"charge\", request=\"e30\""));

        Assert.Equal("café ₿", Assert.Single(PaymentChallenge.ReadAll([line])).Realm);
        Assert.Equal("café", Assert.Single(PaymentChallenge.ReadAll([line.Replace("cafÃ© â\u0082¿", "café", StringComparison.Ordinal)])).Realm);
    }

    [Theory]
    [InlineData("expires=\"2030-01-01T00:00:00Z\"'")]
    [InlineData("opaque=a b=c\"")]
    [InlineData("digest=\"x\"y, digest=\"z\"")]
    public void A_challenge_with_a_malformed_value_is_left_out(string entry)
    {
        const string Whole = "Payment id=\"i\", realm=\"r\", method=\"lightning\", intent=\"charge\", request=\"e30\"";

        Assert.Single(PaymentChallenge.ReadAll([Whole]));
        Assert.Empty(PaymentChallenge.ReadAll([Whole + ", " + entry]));
    }

    private static JsonElement[] Read(string name) => File.ReadLines(Vectors.GetPath(name)).Select(line => JsonDocument.Parse(line).RootElement).ToArray();

    private static string? Write(JsonElement challenge) => new[] { "id", "realm", "method", "intent", "request" }.All(name => challenge.TryGetProperty(name, out _))
        ? string.Join('\n', new[] { "id", "realm", "method", "intent", "request", "expires", "digest", "description", "opaque" }.Select(name => Text(challenge, name)))
        : null;

    private static string Write(PaymentChallenge challenge) =>
        string.Join('\n', challenge.Id, challenge.Realm, challenge.Method, challenge.Intent, challenge.Request, challenge.Expires, challenge.Digest, challenge.Description, challenge.Opaque);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) ? value.GetString() : null;
}
