using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using LightningOps.L402;
using LightningOps.L402.Macaroons;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402;

/// <summary>Tokens of a real Aperture, and the same with caveats that another library added.</summary>
public sealed class ClientTokenVectorTests
{
    private static readonly JsonElement[] Rows = File.ReadLines(Vectors.GetPath("clients/tokens.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToArray();

    public static IEnumerable<object[]> Numbers => Enumerable.Range(0, Rows.Length).Select(number => new object[] { number });

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_recorded_token_is_read_to_the_letter_and_its_chain_holds(int number)
    {
        var row = Rows[number];
        var token = L402Token.Read(Text(row, "token"), L402Token.ReadRootKey(Text(row, "rootKeyHex")));

        Assert.Equal(row.GetProperty("caveats").EnumerateArray().Select(caveat => caveat.GetString()!), token.Caveats);
        Assert.Equal(row.GetProperty("validSignature").GetBoolean(), token.IsVerified);
        Assert.Equal(Text(row, "location"), token.Location);
        Assert.Equal(Text(row, "identifierHex"), token.IdentifierHex);
        Assert.Equal(row.GetProperty("identifierVersion").GetInt32(), token.Version);
        Assert.Equal((Text(row, "paymentHashHex"), Text(row, "tokenIdHex")), (token.PaymentHash!, token.TokenId));
        Assert.True(Preimage.Parse(Text(row, "preimage")).MatchesPaymentHash(token.Hash!));
    }

    [Theory]
    [InlineData("services=short:0|short_valid_until=1795952522", 1795952522L)]
    [InlineData("services=short:0|short_valid_until=1795952522|short_valid_until=1795952500", 1795952500L)]
    [InlineData("services=short:0| short_valid_until=1795952522", null)]
    [InlineData("services=short:0|SHORT_valid_until=1795952522", null)]
    [InlineData("services=short:0|other_valid_until=1", null)]
    [InlineData("services=short:0|short_valid_until=-7488", -7488L)]
    [InlineData("services=short:0|short_valid_until=+5", 5L)]
    [InlineData("valid_until=-99999999999999999", -62135596800L)]
    [InlineData("services=short:0|short_valid_until=", null)]
    [InlineData("services=short:0|short_valid_until=0x7fffffff", null)]
    [InlineData("services=a:0,b:1|b_valid_until=5|valid_until=7", 5L)]
    [InlineData("valid_until=99999999999999999", 253402300799L)]
    [InlineData("expiration=1795952259000", 1795952259L)]
    [InlineData("expiration = 1795952259000", 1795952259L)]
    [InlineData("services=short:0", null)]
    public void A_token_ends_at_the_earliest_of_its_own_caveats_or_never(string caveats, long? seconds)
    {
        var identifier = L402Identifier.Create(PaymentHash.Parse(new string('a', 64)), new byte[32]);
        var macaroon = caveats.Split('|').Aggregate(Macaroon.Mint(new byte[32], identifier), (minted, caveat) => minted.AddCaveat(Parsed.Caveat(caveat)));

        Assert.Equal(seconds, L402Token.Read(macaroon.ToBase64()).ExpiresAt?.ToUnixTimeSeconds());
    }

    [Fact]
    public void A_token_names_its_capabilities()
    {
        var row = Rows.First(item => Text(item, "service") == "all");

        Assert.Equal(["a", "b", "c"], L402Token.Read(Text(row, "token")).Capabilities);
        Assert.Equal("all:0", L402Token.Read(Text(row, "token")).Services);
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;
}
