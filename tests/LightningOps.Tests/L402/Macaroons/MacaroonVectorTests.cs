using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LightningOps.L402;
using LightningOps.L402.Macaroons;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402.Macaroons;

public sealed class MacaroonVectorTests
{
    private static readonly JsonElement Root = Vectors.Json("macaroons.json");

    public static IEnumerable<object[]> Valid => Names("valid");

    public static IEnumerable<object[]> Invalid => Names("invalid");

    [Theory]
    [MemberData(nameof(Valid))]
    public void A_minted_macaroon_decodes_to_its_parts(string name)
    {
        var expected = Find("valid", name);
        var macaroon = Macaroon.Parse(Text(expected, "macaroonBase64"));
        var identifier = L402Identifier.Parse(macaroon.Identifier.Span);

        Assert.Equal(expected.GetProperty("version").GetInt32(), identifier.Version);
        Assert.Equal(Text(expected, "paymentHashHex"), identifier.PaymentHash.Hex);
        Assert.Equal(Text(expected, "tokenIdHex"), identifier.TokenIdHex);
        Assert.Equal(Text(expected, "location"), macaroon.Location);
        Assert.Equal(Caveats(expected), macaroon.Restrictions.Select(caveat => caveat.Encode()));
        Assert.True(Preimage.Parse(Text(expected, "preimageHex")).MatchesPaymentHash(identifier.PaymentHash));
        Assert.EndsWith(Text(expected, "signatureHex"), macaroon.ToHex(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void Its_root_key_verifies_it_and_no_other(string name)
    {
        var expected = Find("valid", name);
        var macaroon = Macaroon.Parse(Text(expected, "macaroonBase64"));
        var rootKey = RootKey(expected);

        Assert.True(macaroon.Verify(rootKey));
        rootKey[31] ^= 1;
        Assert.False(macaroon.Verify(rootKey));
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void Minting_from_its_parts_gives_the_same_token(string name)
    {
        var expected = Find("valid", name);
        var identifier = L402Identifier.Create(PaymentHash.Parse(Text(expected, "paymentHashHex")), Convert.FromHexString(Text(expected, "tokenIdHex")));
        var macaroon = Caveats(expected).Aggregate(
            Macaroon.Mint(RootKey(expected), identifier, Text(expected, "location")),
            (minted, caveat) => minted.AddCaveat(Parsed.Caveat(caveat)));

        Assert.Equal(Text(expected, "macaroonBase64"), macaroon.ToBase64());
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void Every_text_form_of_it_is_read(string name)
    {
        var token = Text(Find("valid", name), "macaroonBase64");
        var macaroon = Macaroon.Parse(token);

        Assert.Equal(token, macaroon.ToBase64());
        Assert.Equal(macaroon, Macaroon.Parse(macaroon.ToHex()));
        Assert.Equal(macaroon, Macaroon.Parse(macaroon.ToHex().ToUpperInvariant()));
        Assert.Equal(macaroon, Macaroon.Parse(token.Replace('+', '-').Replace('/', '_')));
        Assert.Equal(macaroon, Macaroon.Parse(token.Replace('+', '-').Replace('/', '_').TrimEnd('=')));
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void A_broken_macaroon_parses_and_verifies_as_recorded(string name)
    {
        var expected = Find("invalid", name);
        var parses = Macaroon.TryParse(Text(expected, "macaroonBase64"), out var macaroon, out var error);

        Assert.Equal(expected.GetProperty("parses").GetBoolean(), parses);
        Assert.Equal(parses, error is null);
        Assert.Equal(expected.GetProperty("verifies").GetBoolean(), parses && macaroon!.Verify(RootKey(expected)));
    }

    private static IEnumerable<object[]> Names(string list) => Root.GetProperty(list).EnumerateArray().Select(item => new object[] { Text(item, "name") });

    private static JsonElement Find(string list, string name) => Root.GetProperty(list).EnumerateArray().Single(item => Text(item, "name") == name);

    private static string[] Caveats(JsonElement item) => item.GetProperty("caveats").EnumerateArray().Select(caveat => caveat.GetString()!).ToArray();

    private static byte[] RootKey(JsonElement item) => item.TryGetProperty("rootKeyHex", out var hex) ? Convert.FromHexString(hex.GetString()!) : new byte[32];

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;
}
