using System;
using CsCheck;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.Tests.L402.Bolt11;
using Xunit;

namespace LightningOps.Tests.L402.Challenges;

public sealed class L402ChallengeTests
{
    private static readonly Gen<string> Visible = Gen.Char[' ', '~'].Array[1, 40].Select(text => new string(text));

    [Fact]
    public void Of_several_lines_the_L402_is_preferred_wherever_it_stands()
    {
        var challenge = L402Challenge.Parse(new[] { "Basic realm=\"a", "LSAT macaroon=\"old\", invoice=\"i\"", "l402 token=new, invoice=i" });

        Assert.Equal(("new", L402Scheme.L402), (challenge.Macaroon, challenge.Scheme));
    }

    [Fact]
    public void An_LSAT_alone_is_taken() =>
        Assert.Equal(L402Scheme.Lsat, L402Challenge.Parse(new[] { "Payment id=\"x\"", "lsat macaroon=m, invoice=i" }).Scheme);

    [Theory]
    [InlineData("Basic realm=\"x, L402 macaroon=evil, invoice=evil\", L402 macaroon=m, invoice=i")]
    [InlineData("L402 macaroon=m, invoice=i, Basic realm=\"L402 macaroon=evil\", charset=x")]
    [InlineData("Negotiate, L402 macaroon=m, invoice=i")]
    [InlineData(", ,L402 MACAROON = m,INVOICE\t=\ti, x=1, x=2")]
    public void Other_schemes_and_what_they_quote_do_not_disturb(string header)
    {
        var challenge = L402Challenge.Parse(header);

        Assert.Equal(("m", "i"), (challenge.Macaroon, challenge.Invoice));
    }

    [Theory]
    [InlineData("L402 version=\"0\" token=\"m\", invoice=\"lnbc5u1q\"")]
    [InlineData("L402 macaroon=\"m\" invoice=\"lnbc5u1q\"")]
    [InlineData("L402 macaroon=m invoice = lnbc5u1q issuer=\"a b=c\"")]
    [InlineData("L402 macaroon='m', invoice='lnbc5u1q'")]
    [InlineData("L402 macaroon='m' invoice='lnbc5u1q', issuer='a, L402 macaroon=x'")]
    [InlineData("Basic realm=it's, L402 macaroon=m, invoice=lnbc5u1q")]
    [InlineData("L402 m:lnbc5u1q")]
    [InlineData("L402 m:lnbc5u1q, version=0")]
    [InlineData("L402 m:lightning:lnbc5u1q")]
    [InlineData("L402 macaroon=m, invoice=lightning:lnbc5u1q")]
    [InlineData("L402 macaroon=m, invoice=\"LIGHTNING://lnbc5u1q\"")]
    [InlineData("L402 macaroon=m, invoice=\"bitcoin:bc1qx?amount=1&lightning=lnbc5u1q\"")]
    public void What_servers_in_use_send_is_read(string header)
    {
        var challenge = L402Challenge.Parse(header);

        Assert.Equal(("m", "lnbc5u1q", 500_000L), (challenge.Macaroon, challenge.Invoice, challenge.Amount?.Value));
    }

    [Fact]
    public void A_padded_token_keeps_its_padding()
    {
        Assert.Equal("AGIA==", L402Challenge.Parse("L402 AGIA==:lnbc5u1q").Macaroon);
        Assert.Equal("AGIA==", L402Challenge.Parse("L402 macaroon=AGIA== invoice=i").Macaroon);
        Assert.Equal("AGIA==", L402Challenge.Parse("L402 macaroon = AGIA== , invoice=i").Macaroon);
    }

    [Theory]
    [InlineData("L402 macaroon=\"m\"invoice=\"i\"", L402ErrorCodes.ChallengeMalformedValue)]
    [InlineData("L402 macaroon=\"m\"; invoice=\"i\"", L402ErrorCodes.ChallengeMalformedValue)]
    [InlineData("L402 macaroon=m, invoice='i", L402ErrorCodes.ChallengeMalformedValue)]
    [InlineData("L402 macaroon=m, invoice", L402ErrorCodes.ChallengeMalformedAttribute)]
    [InlineData("L402 macaroon=m", L402ErrorCodes.ChallengeIncomplete)]
    [InlineData("L402 m:not-an-invoice", L402ErrorCodes.ChallengeMalformedAttribute)]
    public void What_is_there_but_unreadable_is_not_reported_as_missing(string header, string code)
    {
        Assert.False(L402Challenge.TryParse(header, out _, out var error));
        Assert.Equal(code, error.Code);
    }

    [Theory]
    [InlineData("L402 macaroon=m, macaroon=m, invoice=i", L402ErrorCodes.ChallengeDuplicateAttribute)]
    [InlineData("L402 macaroon=m, invoice=\"i\"x", L402ErrorCodes.ChallengeMalformedValue)]
    [InlineData("L402 macaroon=m m, invoice=i", L402ErrorCodes.ChallengeMalformedValue)]
    [InlineData("L402 macaroon=\"m\r\nX-Evil: 1\", invoice=i", L402ErrorCodes.ChallengeMalformedValue)]
    [InlineData("L402 macaroon=m, invoice=i, amount_msats=9007199254740992", L402ErrorCodes.ChallengeAmountOutOfRange)]
    [InlineData("L402 macaroon=m, invoice=i, amount_msats=+1", L402ErrorCodes.ChallengeAmountInvalid)]
    [InlineData("L402 macaroon=m, invoice=lnbc10u1xx, amountmsats=0", L402ErrorCodes.ChallengeAmountMismatch)]
    public void A_challenge_that_could_be_misread_is_refused(string header, string code)
    {
        Assert.False(L402Challenge.TryParse(header, out _, out var error));
        Assert.Equal(code, error.Code);
    }

    [Theory]
    [InlineData("lnbc0p1pvjluez")]
    [InlineData("lnbc01pvjluez")]
    [InlineData("lnbc0u1pvjluez")]
    [InlineData("lnbc2500x1pvjluez")]
    [InlineData("lnbc15p1pvjluez")]
    [InlineData("lnbc99999999999999999999999991pvjluez")]
    [InlineData("lnbc21000001" + "1pvjluez")]
    [InlineData("lnbc1500u1pvjl1uez")]
    [InlineData("lnbc1xyz500u1abc")]
    public void An_invoice_without_a_usable_amount_gets_none_from_the_header(string invoice)
    {
        var challenge = L402Challenge.Parse("L402 macaroon=m, invoice=" + invoice + ", amount_msats=70000");

        Assert.Null(challenge.Amount);
        Assert.Equal(InvoiceAmountKind.Unusable, challenge.InvoiceAmount);
    }

    [Theory]
    [InlineData("lnbc1500u1qqq", 150_000_000L, InvoiceAmountKind.Stated)]
    [InlineData("lnbc21qqq", 200_000_000_000L, InvoiceAmountKind.Stated)]
    [InlineData("lntbs25n1qqq", 2_500L, InvoiceAmountKind.Stated)]
    [InlineData("lnbc1qqq", 7L, InvoiceAmountKind.Absent)]
    [InlineData("lnxy5u1qqq", 7L, InvoiceAmountKind.NotBolt11)]
    [InlineData("lnBC5u1qqq", 7L, InvoiceAmountKind.NotBolt11)]
    public void The_amount_is_the_invoices_and_the_headers_only_where_that_is_open(string invoice, long expected, InvoiceAmountKind kind)
    {
        var amount = kind == InvoiceAmountKind.Stated ? string.Empty : ", amount_msats=7";
        var challenge = L402Challenge.Parse("L402 macaroon=m, invoice=" + invoice + amount);

        Assert.Equal((expected, kind), (challenge.Amount!.Value.Value, challenge.InvoiceAmount));
    }

    [Fact]
    public void An_amount_of_zero_is_no_amount() =>
        Assert.Null(L402Challenge.Parse("L402 macaroon=m, invoice=i, amount_msats=0").Amount);

    [Fact]
    public void A_pico_amount_counts_under_a_checksum()
    {
        var invoice = Invoices.Simulated(3).Encode();

        Assert.Equal(3, L402Challenge.Parse("L402 macaroon=m, invoice=" + invoice).Amount!.Value.Value);
        Assert.Null(L402Challenge.Parse("L402 macaroon=m, invoice=" + invoice + "q").Amount);
    }

    [Fact]
    public void Digits_of_the_data_part_are_no_amount() =>
        Gen.Char["023456789munpqz"].Array[0, 30].Sample(data =>
            L402Challenge.Parse("L402 macaroon=m, invoice=lnbc25u1" + new string(data)).Amount == new Msats(2_500_000));

    [Fact]
    public void A_huge_header_is_refused_unread()
    {
        Assert.False(L402Challenge.TryParse("L402 macaroon=\"" + new string(',', 10_000_000) + "\", invoice=i", out _, out var error));
        Assert.Equal(L402ErrorCodes.ChallengeTooLarge, error.Code);

        Assert.False(L402Challenge.TryParse(System.Linq.Enumerable.Repeat("L402 a=b", 10_000_000), out _, out error));
        Assert.Equal(L402ErrorCodes.ChallengeTooLarge, error.Code);
    }

    [Fact]
    public void Neither_text_nor_error_shows_the_macaroon()
    {
        var macaroon = new string('A', 100);

        Assert.DoesNotContain(macaroon, L402Challenge.Parse("L402 macaroon=" + macaroon + ", invoice=i").ToString(), StringComparison.Ordinal);
        Assert.False(L402Challenge.TryParse("L402 macaroon:" + macaroon + "\u001b[2J, invoice=i", out _, out var error));
        Assert.DoesNotContain(macaroon, error.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_challenge_survives_being_written_and_read() =>
        Gen.Select(Visible, Visible, Visible.Null(), Gen.Long[1, 9_007_199_254_740_991].Nullable(), Gen.Bool).Sample((macaroon, invoice, issuer, amount, older) =>
        {
            var challenge = new L402Challenge
            {
                Scheme = older ? L402Scheme.Lsat : L402Scheme.L402,
                Macaroon = macaroon,
                Invoice = "!" + invoice,
                Issuer = issuer,
                Amount = amount is { } value ? new Msats(value) : null,
            };
            return challenge == L402Challenge.Parse(challenge.ToHeaderValue());
        });

    [Fact]
    public void No_text_crashes_the_parser()
    {
        var pieces = Gen.OneOf("L402 ", "LSAT ", "l402", "macaroon", "invoice", "token", "amount_msats", "=", "\"", "\\", ",", " ", "\0", "é", "lnbc1", "0p1", "x");
        Gen.OneOf(pieces.Array[0, 30].Select(string.Concat), Gen.String).Sample(text =>
            L402Challenge.TryParse(text, out var challenge, out var error) ? challenge.Macaroon.Length > 0 && error is null : error.Code.Length > 0);
    }
}
