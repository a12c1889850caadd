using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Json;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;
using Xunit;

namespace LightningOps.Tests.L402;

public sealed class L402TokenTests
{
    private static readonly byte[] RootKey = Enumerable.Range(1, 32).Select(value => (byte)value).ToArray();
    private static readonly Preimage Proof = Preimage.FromBytes(Enumerable.Repeat((byte)7, Preimage.Size).ToArray());
    private static readonly byte[] TokenId = Enumerable.Repeat((byte)9, 32).ToArray();

    public static TheoryData<string> Forms => new(
        Token.ToBase64(),
        Token.ToBase64().TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        Token.ToHex(),
        " " + Token.ToBase64() + "\n");

    private static Macaroon Token => Macaroon
        .Mint(RootKey, L402Identifier.Create(Proof.ComputePaymentHash(), TokenId), "lsat")
        .AddCaveat(new Caveat("services", "weather:0"))
        .AddCaveat(new Caveat("weather_valid_until", "1900000000"))
        .AddCaveat(new Caveat("preimage", Proof.Reveal()));

    private static string Invoice => new SimulatedInvoice
    {
        Amount = new Msats(2500),
        Timestamp = 1_700_000_000,
        PaymentHash = Proof.ComputePaymentHash(),
        PaymentSecret = new byte[32],
    }.Encode();

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_token_is_read_as_servers_and_clients_write_it(string text)
    {
        var token = L402Token.Read(text);

        Assert.Equal((TokenSource.Token, "lsat", 0, "weather:0"), (token.Source, token.Location, token.Version, token.Services));
        Assert.Equal((Proof.ComputePaymentHash().Hex, HexText.From(TokenId)), (token.PaymentHash, token.TokenId));
        Assert.Equal(["services=weather:0", "weather_valid_until=1900000000", "preimage=***"], token.Caveats);
        Assert.Null(token.IsVerified);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Authorization: ")]
    [InlineData("authorization:")]
    public void A_credential_says_whether_it_is_paid(string name)
    {
        var paid = L402Token.Read(name + L402Authorization.Create(Token.ToBase64(), Proof).ToHeaderValue());
        var unpaid = L402Token.Read(name + L402Authorization.Create(Token.ToBase64(), Preimage.FromBytes(new byte[32])).ToHeaderValue(L402AuthorizationFormat.Params));

        Assert.Equal((TokenSource.Authorization, true, Proof.ProofReference), (paid.Source, paid.IsPaid, paid.ProofReference));
        Assert.Equal((TokenSource.Authorization, false), (unpaid.Source, unpaid.IsPaid));
    }

    [Fact]
    public void A_challenge_says_whether_the_invoice_is_the_tokens()
    {
        var own = L402Token.Read("WWW-Authenticate: LSAT macaroon=\"" + Token.ToBase64() + "\", invoice=\"" + Invoice + "\"");
        var other = L402Token.Read("L402 token=\"" + Macaroon.Mint(RootKey, L402Identifier.Create(PaymentHash.Parse(new string('b', 64)), TokenId)).ToBase64() + "\", invoice=\"" + Invoice + "\"");

        Assert.Equal((TokenSource.Challenge, true, (Msats?)2500), (own.Source, own.IsOfInvoice, own.Amount));
        Assert.False(other.IsOfInvoice);
    }

    [Fact]
    public void The_root_key_tells_what_was_minted_with_it()
    {
        var other = RootKey.ToArray();
        other[0] ^= 1;

        Assert.True(L402Token.Read(Token.ToBase64(), L402Token.ReadRootKey(" " + HexText.From(RootKey).ToUpperInvariant() + " ")).IsVerified);
        Assert.False(L402Token.Read(Token.ToBase64(), other).IsVerified);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("zz")]
    public void A_root_key_that_is_none_is_refused_and_not_repeated(string hex)
    {
        Assert.Equal("RootKey", Assert.Throws<ConfigException>(() => L402Token.ReadRootKey(hex)).Field);
    }

    [Fact]
    public void A_macaroon_of_another_kind_is_described_as_far_as_it_goes()
    {
        var identifier = new byte[] { 0, 1, 2, 3 };
        var binary = new byte[] { 2, 2, 4, 0, 1, 2, 3, 0, 0, 6, 32 }.Concat(new byte[32]).ToArray();

        var token = L402Token.Read(Convert.ToBase64String(binary), RootKey);

        Assert.Equal((null, null, HexText.From(identifier), false), (token.PaymentHash, token.TokenId, token.IdentifierHex, token.IsVerified));
    }

    [Fact]
    public void Neither_token_nor_preimage_is_in_what_is_told()
    {
        var token = L402Token.Read(L402Authorization.Create(Token.ToBase64(), Proof).ToHeaderValue(), RootKey);

        foreach (var text in new[] { token.ToString(), ArtifactJson.Serialize(token) })
        {
            Assert.DoesNotContain(Token.ToBase64()[^40..], text, StringComparison.Ordinal);
            Assert.DoesNotContain(Token.ToHex()[^64..], text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Proof.Reveal(), text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("L402 AgEEsecret:00")]
    [InlineData("L402 macaroon=\"AgEEsecret\", preimage=\"00\"")]
    [InlineData("L402 macaroon=\"AgEEsecret\", invoice=\"lnbc1\", AgEEsecret")]
    [InlineData("Authorization: Bearer AgEEsecret")]
    [InlineData("AgEEsecret")]
    [InlineData("!AgEEsecret!")]
    [InlineData("")]
    public void What_is_no_token_is_refused_and_not_repeated(string text)
    {
        var failure = Assert.Throws<L402Exception>(() => L402Token.Read(text));

        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_caveat_does_not_move_the_cursor()
    {
        var token = Macaroon.Mint(RootKey, L402Identifier.Create(Proof.ComputePaymentHash(), TokenId)).AddCaveat(new Caveat("services", "a\u001b[31m\r\nb\u202e"));

        Assert.Equal("services=a [31m  b ", L402Token.Read(token.ToBase64()).Caveats.Single());
    }
}
