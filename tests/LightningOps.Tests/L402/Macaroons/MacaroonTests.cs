using System;
using System.Linq;
using CsCheck;
using LightningOps.L402;
using LightningOps.L402.Macaroons;
using Xunit;

namespace LightningOps.Tests.L402.Macaroons;

public sealed class MacaroonTests
{
    private static readonly byte[] RootKey = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();

    private static readonly Gen<Caveat> Caveats =
        Gen.Select(Gen.Char["abc_ é\n"].Array[1, 12], Gen.Char["abc_=é,\0"].Array[0, 200], (condition, value) => new Caveat(new string(condition), new string(value)));

    private static Macaroon Minted => Macaroon.Mint(RootKey, L402Identifier.Create(PaymentHash.Parse(new string('a', 64)), new byte[32]));

    [Fact]
    public void A_macaroon_survives_being_written_and_read() =>
        Gen.Select(Gen.Byte.Array[1, 64], Caveats.Array[0, 5], Gen.String[Gen.Char.AlphaNumeric, 0, 300]).Sample((key, caveats, location) =>
        {
            var macaroon = caveats.Aggregate(
                Macaroon.Mint(key, L402Identifier.Create(PaymentHash.Parse(new string('b', 64)), RootKey), location),
                (minted, caveat) => minted.AddCaveat(caveat));
            var read = Macaroon.Parse(macaroon.ToBase64());

            return read.Equals(macaroon) && read.Verify(key) && read.Restrictions.SequenceEqual(caveats) && read.Location == location;
        });

    [Fact]
    public void Whatever_is_read_is_written_back_to_what_reads_the_same() =>
        Mutations().Sample(binary =>
            !Macaroon.TryParse(binary, out var macaroon, out _) || (Macaroon.TryParse(macaroon.ToBinary(), out var again, out _) && again.Equals(macaroon)));

    [Fact]
    public void One_bit_changed_anywhere_but_in_the_location_breaks_it()
    {
        var binary = Minted.AddCaveat(new Caveat("services", "weather:0")).ToBinary();
        for (var bit = 0; bit < binary.Length * 8; bit++)
        {
            var changed = (byte[])binary.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.False(Macaroon.TryParse(changed, out var macaroon, out _) && macaroon.Verify(RootKey), "bit " + bit);
        }
    }

    [Fact]
    public void A_caveat_taken_away_breaks_it()
    {
        var macaroon = Minted.AddCaveat(new Caveat("a", "1")).AddCaveat(new Caveat("b", "2"));
        var binary = macaroon.ToHex().Replace("0203623d3200", string.Empty, StringComparison.Ordinal);

        Assert.Equal(new[] { "a=1" }, Macaroon.Parse(binary).Restrictions.Select(caveat => caveat.Encode()));
        Assert.False(Macaroon.Parse(binary).Verify(RootKey));
    }

    [Fact]
    public void A_third_party_caveat_is_read_and_never_verifies()
    {
        var minted = Minted;
        var caveat = new MacaroonCaveat(new byte[] { 1, 2 }, new byte[] { 3 }, "there"u8.ToArray());
        var macaroon = new Macaroon(Array.Empty<byte>(), minted.IdentifierBytes, new[] { caveat }, SignatureChain.Extend(minted.SignatureBytes, caveat));
        var read = Macaroon.Parse(macaroon.ToBase64());

        Assert.True(read.Caveats[0].IsThirdParty);
        Assert.Equal(("there", "third-party caveat"), (read.Caveats[0].Location, read.Caveats[0].ToString()));
        Assert.Empty(read.Restrictions);
        Assert.True(minted.Verify(RootKey));
        Assert.False(read.Verify(RootKey));
    }

    [Fact]
    public void The_last_caveat_of_a_condition_decides()
    {
        var macaroon = Minted.AddCaveat(new Caveat("tier", "2")).AddCaveat(new Caveat("other", "x")).AddCaveat(new Caveat("tier", "1"));

        Assert.Equal(("1", null), (macaroon.FindRestriction("tier"), macaroon.FindRestriction("absent")));
    }

    [Theory]
    [InlineData("02", L402ErrorCodes.MacaroonMalformed)]
    [InlineData("020", L402ErrorCodes.MacaroonEncodingInvalid)]
    [InlineData("02zz", L402ErrorCodes.MacaroonEncodingInvalid)]
    [InlineData("AgE", L402ErrorCodes.MacaroonMalformed)]
    [InlineData("A", L402ErrorCodes.MacaroonEncodingInvalid)]
    [InlineData("AgE==", L402ErrorCodes.MacaroonEncodingInvalid)]
    [InlineData(" AgE=", L402ErrorCodes.MacaroonEncodingInvalid)]
    [InlineData("====", L402ErrorCodes.MacaroonEncodingInvalid)]
    [InlineData("MDAyMWxvY2F0aW9u", L402ErrorCodes.MacaroonMalformed)]
    public void What_is_no_token_is_refused_with_its_code(string token, string code)
    {
        Assert.False(Macaroon.TryParse(token, out _, out var error));
        Assert.Equal((code, "MacaroonDecodeError"), (error.Code, error.Tag));
    }

    [Fact]
    public void Bytes_after_the_signature_and_huge_tokens_are_refused()
    {
        Assert.Equal(L402ErrorCodes.MacaroonMalformed, Assert.Throws<L402Exception>(() => Macaroon.Parse(Minted.ToHex() + "00")).Code);
        Assert.Equal(L402ErrorCodes.MacaroonTooLarge, Assert.Throws<L402Exception>(() => Macaroon.Parse(new string('A', 10_000_000))).Code);
    }

    [Theory]
    [InlineData("", L402ErrorCodes.IdentifierMalformed)]
    [InlineData("00", L402ErrorCodes.IdentifierMalformed)]
    [InlineData("000000", L402ErrorCodes.IdentifierMalformed)]
    [InlineData("0001", L402ErrorCodes.IdentifierUnknownVersion)]
    [InlineData("0100", L402ErrorCodes.IdentifierUnknownVersion)]
    public void An_identifier_of_another_form_is_refused(string hex, string code)
    {
        Assert.False(L402Identifier.TryParse(Convert.FromHexString(hex), out _, out var error));
        Assert.Equal(code, error.Code);
    }

    [Theory]
    [InlineData("noequals")]
    [InlineData("=value")]
    [InlineData("")]
    public void A_caveat_of_another_form_is_refused(string text) =>
        Assert.Equal((false, L402ErrorCodes.CaveatMalformed), (Caveat.TryParse(text, out _, out var error), error?.Code));

    [Fact]
    public void No_text_shows_the_token_or_a_preimage_in_it()
    {
        var macaroon = Minted.AddCaveat(new Caveat("preimage", "abababab"));

        Assert.Equal("macaroon with 1 caveats", macaroon.ToString());
        Assert.Equal("preimage=***", macaroon.Caveats[0].ToString());
        Assert.Equal("preimage=abababab", macaroon.Caveats[0].Caveat!.Encode());
    }

    [Fact]
    public void No_text_and_no_bytes_crash_the_parser()
    {
        Gen.OneOf(Gen.String, Gen.Char["02aAgEk=-_+/"].Array[0, 60].Select(text => new string(text))).Sample(text =>
            Macaroon.TryParse(text, out _, out var error) || error.Code.Length > 0);
        Gen.Byte.Array[0, 80].Sample(bytes => Macaroon.TryParse(bytes, out _, out var error) || error.Code.Length > 0);
        Gen.Byte.Array[0, 80].Sample(bytes => L402Identifier.TryParse(bytes, out _, out var error) || error.Code.Length > 0);
    }

    private static Gen<byte[]> Mutations()
    {
        var binary = Minted.AddCaveat(new Caveat("services", "weather:0")).ToBinary();
        return Gen.Select(Gen.Int[0, binary.Length - 1], Gen.Byte, Gen.Int[0, binary.Length - 1], Gen.Byte[0, 8]).Select((at, value, next, small) =>
        {
            var changed = (byte[])binary.Clone();
            changed[at] = value;
            changed[next] = small;
            return changed;
        });
    }
}
