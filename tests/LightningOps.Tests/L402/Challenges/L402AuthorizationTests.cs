using System;
using System.Linq;
using CsCheck;
using LightningOps.L402;
using LightningOps.L402.Challenges;
using Xunit;

namespace LightningOps.Tests.L402.Challenges;

public sealed class L402AuthorizationTests
{
    private const string Digits = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private static readonly Gen<string> Tokens = Gen.Char["AZaz09+/=_-:.~!{"].Array[1, 60].Select(text => new string(text));
    private static readonly Gen<Preimage> Preimages = Gen.Byte.Array[32].Select(bytes => Preimage.FromBytes(bytes));

    [Fact]
    public void The_usual_form_is_token_colon_preimage() =>
        Assert.Equal("L402 AgEE==:" + Digits, Credential("AgEE==").ToHeaderValue());

    [Fact]
    public void The_other_form_is_parameters() =>
        Assert.Equal("L402 macaroon=\"AgEE==\", preimage=\"" + Digits + "\"", Credential("AgEE==").ToHeaderValue(L402AuthorizationFormat.Params));

    [Fact]
    public void Servers_of_the_older_name_get_the_older_scheme()
    {
        var value = Credential("AgEE==").ToHeaderValue(L402AuthorizationFormat.Lsat);

        Assert.Equal("LSAT AgEE==:" + Digits, value);
        Assert.Equal(Credential("AgEE=="), Parsed.Authorization(value));
    }

    [Theory]
    [InlineData("lsat t:" + Digits)]
    [InlineData("L402 t:00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF")]
    [InlineData("LSAT old:" + Digits + ", L402 t:" + Digits)]
    [InlineData("L402 token=t, preimage=" + Digits)]
    [InlineData("L402 preimage=\"" + Digits + "\", macaroon=\"t\", token=\"t\", other=1")]
    public void Both_schemes_and_forms_are_read(string header) => Assert.Equal(Credential("t"), Parsed.Authorization(header));

    [Theory]
    [InlineData("", L402ErrorCodes.AuthorizationMissing)]
    [InlineData("Bearer t:" + Digits, L402ErrorCodes.AuthorizationMissing)]
    [InlineData("L402 t", L402ErrorCodes.AuthorizationMalformed)]
    [InlineData("L402 t:" + Digits + "0", L402ErrorCodes.AuthorizationMalformed)]
    [InlineData("L402 :" + Digits, L402ErrorCodes.AuthorizationMalformed)]
    [InlineData("L402 t:zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", L402ErrorCodes.AuthorizationMalformed)]
    [InlineData("L402 t:" + Digits + ", other", L402ErrorCodes.AuthorizationMalformed)]
    [InlineData("L402 macaroon=t, token=u, preimage=" + Digits, L402ErrorCodes.AuthorizationMalformed)]
    [InlineData("L402 preimage=" + Digits, L402ErrorCodes.AuthorizationMalformed)]
    [InlineData("L402 macaroon=\"a b\", preimage=" + Digits, L402ErrorCodes.TokenInvalid)]
    public void What_is_no_credential_is_refused_without_repeating_it(string header, string code)
    {
        Assert.False(L402Authorization.TryParse(header, out _, out var error));

        Assert.Equal(code, error.Code);
        Assert.DoesNotContain("00112233", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("a,b")]
    [InlineData("a\"b")]
    [InlineData("é")]
    public void A_token_that_would_break_the_header_makes_no_credential(string token) =>
        Assert.Equal(L402ErrorCodes.TokenInvalid, Assert.Throws<L402Exception>(() => Credential(token)).Code);

    [Fact]
    public void A_huge_header_is_refused() =>
        Assert.False(L402Authorization.TryParse("L402 " + new string('a', 10_000_000) + ":" + Digits, out _, out _));

    [Fact]
    public void Text_shows_neither_token_nor_preimage() => Assert.Equal("L402 preimage:0011223344556677", Credential("tokentoken").ToString());

    [Fact]
    public void Every_credential_survives_being_written_and_read() =>
        Gen.Select(Tokens, Preimages, Gen.Enum<L402AuthorizationFormat>()).Sample((token, preimage, format) =>
        {
            var credential = L402Authorization.Create(token, preimage);
            return Parsed.Authorization(credential.ToHeaderValue(format)) == credential;
        });

    [Fact]
    public void No_text_crashes_the_parser()
    {
        var pieces = Gen.OneOf("L402 ", "LSAT ", "macaroon=", "preimage=", Digits, ":", "\"", "\\", ",", " ", "x", "\0");
        Gen.OneOf(pieces.Array[0, 12].Select(string.Concat), Gen.String).Sample(text =>
            L402Authorization.TryParse(text, out var credential, out var error) ? credential.Token.Length > 0 : error.Code.Length > 0);
    }

    private static L402Authorization Credential(string token) => L402Authorization.Create(token, Preimage.Parse(Digits));
}
