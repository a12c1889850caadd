using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;
using LightningOps.Tests.L402.Bolt11;
using Xunit;

namespace LightningOps.Tests.L402.Challenges;

/// <summary>
/// Headers, tokens and invoices that are not in a recording, as aperture, lsat-js, boltwall, next-l402, x402 and proxies before
/// them could write them, each with the one right answer: read to the same parts, or refused with the code that says why.
/// </summary>
public sealed class StrangeServerTests
{
    private const string M = "AgELbG9jYXRpb24";

    [Theory]
    [InlineData("L402 macaroon=\"M\", invoice=\"lnbc5u1q\"")]
    [InlineData("L402 macaroon=\"M\",invoice=\"lnbc5u1q\"")]
    [InlineData("L402   macaroon=\"M\"  ,  invoice=\"lnbc5u1q\"  ")]
    [InlineData("L402\tmacaroon=\"M\",\tinvoice=\"lnbc5u1q\"")]
    [InlineData("L402 macaroon=\"M\", invoice=\"lnbc5u1q\",")]
    [InlineData("L402 macaroon=\"M\", invoice=\"lnbc5u1q\", ")]
    [InlineData("l402 Macaroon=\"M\", Invoice=\"lnbc5u1q\"")]
    [InlineData("L402 INVOICE=\"lnbc5u1q\", MACAROON=\"M\"")]
    [InlineData("L402 invoice=\"lnbc5u1q\" macaroon=\"M\"")]
    [InlineData("L402 token=\"M\", invoice=\"lnbc5u1q\"")]
    [InlineData("L402 token=M,invoice=lnbc5u1q")]
    [InlineData("L402 macaroon=\"M\", token=\"M\", invoice=\"lnbc5u1q\"")]
    [InlineData("L402 version=\"0\", token=\"M\", invoice=\"lnbc5u1q\"")]
    [InlineData("L402 version=0 token=M invoice=lnbc5u1q")]
    [InlineData("L402 version=\"1\", realm=\"api, v2\", macaroon=\"M\", invoice=\"lnbc5u1q\"")]
    [InlineData("L402 realm=\"a \\\"b\\\", L402 token=x\", macaroon=\"M\", invoice=\"lnbc5u1q\"")]
    [InlineData("L402 macaroon=\"M\", invoice=\"lnbc5u1q\", amount_msats=\"500000\"")]
    [InlineData("L402 macaroon=\"M\", invoice=\"lnbc5u1q\", amount_msats=500000, amountMsats=500000")]
    [InlineData("L402 macaroon=\"M\", invoice=\"lnbc5u1q\", payment_hash=\"00\", expires_in=3600")]
    [InlineData("L402 macaroon=\"M\", invoice=\"lnbc5u1q\", description=\"Caf\u00e9\"")]
    [InlineData("L402 macaroon=\"M\", invoice=\"lnbc5u1q\", url=\"https://h/?a=b&c=d\"")]
    [InlineData("L402 macaroon='M' , invoice='lnbc5u1q' , issuer='it is'")]
    [InlineData("L402 macaroon=\"M\", invoice=\"lightning:lnbc5u1q\"")]
    [InlineData("L402 M:lnbc5u1q, realm=\"x\"")]
    [InlineData("Bearer realm=\"x\", error=\"invalid_token\", L402 macaroon=\"M\", invoice=\"lnbc5u1q\"")]
    [InlineData("Bearer, L402 macaroon=\"M\", invoice=\"lnbc5u1q\"")]
    [InlineData("L402 macaroon=\"M\", invoice=\"lnbc5u1q\", Bearer realm=\"x\"")]
    [InlineData("L402 macaroon=\"M\", invoice=\"lnbc5u1q\", LSAT macaroon=\"old\", invoice=\"lnbc1u1q\"")]
    [InlineData("LSAT macaroon=\"old\", invoice=\"lnbc1u1q\", L402 macaroon=\"M\", invoice=\"lnbc5u1q\"")]
    [InlineData("Payment id=\"x\", realm=\"r\", method=\"lightning\", intent=\"charge\", request=\"e30\", L402 macaroon=\"M\", invoice=\"lnbc5u1q\"")]
    [InlineData("Digest qop=\"auth, auth-int\", nonce=\"a=b\", L402 macaroon=\"M\", invoice=\"lnbc5u1q\"")]
    [InlineData("Negotiate YII=, L402 macaroon=\"M\", invoice=\"lnbc5u1q\"")]
    [InlineData(",,, L402 macaroon=\"M\", invoice=\"lnbc5u1q\"")]
    [InlineData("L402 macaroon=\"M\", invoice=\"LNBC5U1Q\"")]
    public void A_header_is_read_to_its_token_and_invoice(string header)
    {
        var challenge = L402Challenge.Parse(header.Replace("=\"M\"", "=\"" + M + "\"", StringComparison.Ordinal).Replace("='M'", "='" + M + "'", StringComparison.Ordinal).Replace("=M", "=" + M, StringComparison.Ordinal).Replace(" M:", " " + M + ":", StringComparison.Ordinal));

        Assert.Equal((M, "lnbc5u1q", 500_000L, L402Scheme.L402), (challenge.Macaroon, challenge.Invoice.ToLowerInvariant(), challenge.Amount?.Value, challenge.Scheme));
    }

    [Theory]
    [InlineData("", L402ErrorCodes.ChallengeMissing)]
    [InlineData("L402", L402ErrorCodes.ChallengeMissing)]
    [InlineData("L402macaroon=\"m\", invoice=\"lnbc5u1q\"", L402ErrorCodes.ChallengeMissing)]
    [InlineData("Bearer realm=\"L402 macaroon=m, invoice=i\"", L402ErrorCodes.ChallengeMissing)]
    [InlineData("X-L402 macaroon=\"m\", invoice=\"lnbc5u1q\"", L402ErrorCodes.ChallengeMissing)]
    [InlineData("L402 realm=\"x\"", L402ErrorCodes.ChallengeIncomplete)]
    [InlineData("L402 invoice=\"lnbc5u1q\"", L402ErrorCodes.ChallengeIncomplete)]
    [InlineData("L402 macaroon=\"m\", pr=\"lnbc5u1q\"", L402ErrorCodes.ChallengeIncomplete)]
    [InlineData("L402 macaroon=\"\", invoice=\"lnbc5u1q\"", L402ErrorCodes.ChallengeMalformedValue)]
    [InlineData("L402 macaroon=, invoice=\"lnbc5u1q\"", L402ErrorCodes.ChallengeMalformedValue)]
    [InlineData("L402 macaroon=\"m\", invoice=", L402ErrorCodes.ChallengeMalformedValue)]
    [InlineData("L402 macaroon: \"m\", invoice: \"lnbc5u1q\"", L402ErrorCodes.ChallengeMalformedAttribute)]
    [InlineData("L402 {\"macaroon\":\"m\",\"invoice\":\"lnbc5u1q\"}", L402ErrorCodes.ChallengeMalformedAttribute)]
    [InlineData("L402 macaroon=\"m\", invoice=\"lnbc5u1q", L402ErrorCodes.ChallengeUnterminatedQuote)]
    [InlineData("L402 macaroon=\"m\\\", invoice=\"lnbc5u1q\"", L402ErrorCodes.ChallengeUnterminatedQuote)]
    [InlineData("L402 macaroon=\"m\", , invoice=\"lnbc5u1q\"", L402ErrorCodes.ChallengeEmptyAttribute)]
    [InlineData("L402 macaroon=\"m\", invoice=\"lnbc5u1q\", invoice=\"lnbc1u1q\"", L402ErrorCodes.ChallengeDuplicateAttribute)]
    [InlineData("L402 macaroon=\"m\", Invoice=\"lnbc5u1q\", INVOICE=\"lnbc5u1q\"", L402ErrorCodes.ChallengeDuplicateAttribute)]
    [InlineData("L402 macaroon=\"m\", token=\"n\", invoice=\"lnbc5u1q\"", L402ErrorCodes.ChallengeTokenConflict)]
    [InlineData("L402 macaroon=\"m\", invoice=\"lnbc5u1q\", amount_msats=500001", L402ErrorCodes.ChallengeAmountMismatch)]
    [InlineData("L402 macaroon=\"m\", invoice=\"lnbc5u1q\", amount_msats=499999", L402ErrorCodes.ChallengeAmountMismatch)]
    [InlineData("L402 macaroon=\"m\", invoice=\"lnbc5u1q\", amount_msats=500", L402ErrorCodes.ChallengeAmountMismatch)]
    [InlineData("L402 macaroon=\"m\", invoice=\"lnbc5u1q\", amount_msats=500000, amountMsats=500001", L402ErrorCodes.ChallengeAmountConflict)]
    [InlineData("L402 macaroon=\"m\", invoice=\"lnbc5u1q\", amount_msats=5e5", L402ErrorCodes.ChallengeAmountInvalid)]
    [InlineData("L402 macaroon=\"m\", invoice=\"lnbc5u1q\", amount_msats=0x7A120", L402ErrorCodes.ChallengeAmountInvalid)]
    [InlineData("L402 macaroon=\"m\", invoice=\"lnbc5u1q\", amount_msats=\"500,000\"", L402ErrorCodes.ChallengeAmountInvalid)]
    [InlineData("L402 macaroon=\"m\", invoice=\"lnbc5u1q\", amount_msats=-500000", L402ErrorCodes.ChallengeAmountInvalid)]
    [InlineData("L402 macaroon=\"m\", invoice=\"lnbc5u1q\", amount_msats=0500000", L402ErrorCodes.ChallengeAmountInvalid)]
    [InlineData("L402 macaroon=\"m\", invoice=\"lnbc5u1q\", amount_msats=9223372036854775808", L402ErrorCodes.ChallengeAmountOutOfRange)]
    [InlineData("L402 macaroon=\"m\u00e9\", invoice=\"lnbc5u1q\"", L402ErrorCodes.ChallengeMalformedValue)]
    [InlineData("L402 macaroon=\"m\u007f\", invoice=\"lnbc5u1q\"", L402ErrorCodes.ChallengeMalformedValue)]
    [InlineData("L402 macaroon=\"m\nSet-Cookie: a=b\", invoice=\"lnbc5u1q\"", L402ErrorCodes.ChallengeMalformedValue)]
    public void A_header_that_is_none_is_refused_with_what_it_is(string header, string code)
    {
        Assert.False(L402Challenge.TryParse(header, out _, out var error));
        Assert.Equal(code, error.Code);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", true)]
    [InlineData("ABCDEFabcdef0123456789ABCDEFabcdef0123456789ABCDEFabcdef01234567", true)]
    [InlineData("abcdefabcdef0123456789abcdefabcdef0123456789abcdefabcdef0123456", false)]
    [InlineData("abcdefabcdef0123456789abcdefabcdef0123456789abcdefabcdef012345678", false)]
    [InlineData(" bcdefabcdef0123456789abcdefabcdef0123456789abcdefabcdef01234567", false)]
    [InlineData("0xcdefabcdef0123456789abcdefabcdef0123456789abcdefabcdef01234567", false)]
    [InlineData("abcdefabcdef0123456789abcdefabcdef0123456789abcdefabcdef0123456\n", false)]
    [InlineData("q83vq83vASNFZ4mrze+rze8BI0VniavN76vN7wEjRWc=", false)]
    [InlineData("\u0661bcdefabcdef0123456789abcdefabcdef0123456789abcdefabcdef0123456", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_preimage_is_64_digits_of_hexadecimal_and_nothing_else(string? text, bool isOne) =>
        Assert.Equal(isOne, Preimage.TryParse(text, out _, out _));

    [Theory]
    [InlineData("services=")]
    [InlineData("services=a")]
    [InlineData("services=a:0")]
    [InlineData("services=a:0,b:1")]
    [InlineData("a_capabilities=")]
    [InlineData("a_capabilities=read,write")]
    [InlineData("a_valid_until=1700000000")]
    [InlineData("a_valid_until=0")]
    [InlineData("a_valid_until=-1")]
    [InlineData("a_valid_until=99999999999999999999")]
    [InlineData("a_valid_until=soon")]
    [InlineData("expiration=1700000000000")]
    [InlineData(" expiration = 1700000000000 ")]
    [InlineData("time-before 2026-11-29T11:56:02Z")]
    [InlineData("no sign at all")]
    [InlineData("=value")]
    [InlineData("name=")]
    [InlineData("a=b=c")]
    public void A_caveat_of_any_kind_is_kept_to_the_letter_and_never_makes_a_token_unreadable(string caveat)
    {
        var identifier = new byte[66];
        identifier[2] = 7;
        var bytes = new List<byte> { 2, 2, 66 };
        bytes.AddRange(identifier);
        bytes.Add(0);
        bytes.Add(2);
        bytes.Add((byte)Encoding.UTF8.GetByteCount(caveat));
        bytes.AddRange(Encoding.UTF8.GetBytes(caveat));
        bytes.AddRange([0, 0, 6, 32]);
        bytes.AddRange(new byte[32]);

        var token = L402Token.Read(Convert.ToBase64String(bytes.ToArray()));

        Assert.Equal([caveat], token.Caveats);
        Assert.Equal("07" + new string('0', 62), token.PaymentHash);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1_000)]
    [InlineData(1_001)]
    [InlineData(2_147_483_648)]
    [InlineData(100_000_000_000)]
    [InlineData(2_100_000_000_000_000_000)]
    public void An_amount_survives_to_the_millisatoshi(long msats)
    {
        var invoice = Invoices.Simulated(msats).Encode();

        foreach (var text in new[] { invoice, invoice.ToUpperInvariant() })
        {
            Assert.Equal(msats, Bolt11Invoice.Parse(text).Amount);
            Assert.Equal(msats, L402Challenge.Parse("L402 macaroon=m, invoice=\"" + text + "\"").Amount?.Value);
        }
    }

    [Fact]
    public void A_changed_letter_anywhere_is_a_checksum_error_and_never_another_amount()
    {
        var invoice = Invoices.Simulated(70_000).Encode();
        for (var place = 0; place < invoice.Length; place++)
        {
            foreach (var letter in "qpzry9x8gf2tvdw0s3jn54khce6mua7l1")
            {
                if (letter == invoice[place])
                {
                    continue;
                }

                var changed = invoice.Remove(place, 1).Insert(place, letter.ToString());
                Assert.False(Bolt11Invoice.TryParse(changed, out _, out var error), changed);
                Assert.StartsWith("invoice_", error.Code, StringComparison.Ordinal);
            }
        }
    }
}
