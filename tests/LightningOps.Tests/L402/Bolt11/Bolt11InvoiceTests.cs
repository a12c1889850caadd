using System;
using System.Linq;
using CsCheck;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using Xunit;

namespace LightningOps.Tests.L402.Bolt11;

public sealed class Bolt11InvoiceTests
{
    private const byte UnknownTag = 30;

    [Fact]
    public void A_simulated_invoice_decodes_to_what_it_was_made_of() =>
        Gen.Select(Gen.Enum<Bolt11Network>(), Gen.Long[1, 2_100_000_000_000_000_000].Nullable(), Gen.Long[0, (1L << 35) - 1], Gen.Long[0, 1L << 59], Gen.Byte.Array[32], Gen.Char['a', '\u9fff'].Array[0, 30])
            .Sample((network, msats, timestamp, expiry, bytes, description) =>
            {
                var made = new SimulatedInvoice
                {
                    Network = network,
                    Amount = msats is { } value ? new Msats(value) : null,
                    Timestamp = timestamp,
                    ExpirySeconds = expiry,
                    PaymentHash = Preimage.FromBytes(bytes).ComputePaymentHash(),
                    PaymentSecret = bytes,
                    Description = new string(description),
                };
                var read = Bolt11Invoice.Parse(made.Encode());

                return (read.Network, read.Amount, read.Timestamp, read.ExpirySeconds, read.Hash, read.PaymentSecretHex, read.Description)
                    == (network, made.Amount, timestamp, expiry, made.PaymentHash, Convert.ToHexStringLower(bytes), made.Description);
            });

    [Theory]
    [InlineData("lnbc", null, InvoiceAmountKind.Absent)]
    [InlineData("lnbc0u", null, InvoiceAmountKind.Unusable)]
    [InlineData("lnbc01u", 100_000L, InvoiceAmountKind.Stated)]
    [InlineData("lnbc00000000000000000000000001u", 100_000L, InvoiceAmountKind.Stated)]
    [InlineData("lnbc0", null, InvoiceAmountKind.Unusable)]
    [InlineData("lnbc1", 100_000_000_000L, InvoiceAmountKind.Stated)]
    [InlineData("lnbc11", 1_100_000_000_000L, InvoiceAmountKind.Stated)]
    [InlineData("lnbc10p", 1L, InvoiceAmountKind.Stated)]
    [InlineData("lnsb1n", 100L, InvoiceAmountKind.Stated)]
    [InlineData("lnbc21000000", 2_100_000_000_000_000_000L, InvoiceAmountKind.Stated)]
    [InlineData("lnbc21000000000000000000p", 2_100_000_000_000_000_000L, InvoiceAmountKind.Stated)]
    public void The_amount_is_read_from_the_human_readable_part(string prefix, long? msats, InvoiceAmountKind kind)
    {
        var invoice = Bolt11Invoice.Parse(Invoices.WithFields(prefix));

        Assert.Equal((msats, kind), (invoice.Amount, invoice.AmountKind));
    }

    [Theory]
    [InlineData("lnbc0p", L402ErrorCodes.InvoiceAmountMalformed)]
    [InlineData("lnbc00p", L402ErrorCodes.InvoiceAmountMalformed)]
    [InlineData("lnbc1um", L402ErrorCodes.InvoiceAmountMalformed)]
    [InlineData("lnbc1xyz500u", L402ErrorCodes.InvoiceAmountMalformed)]
    [InlineData("lnbc1k", L402ErrorCodes.InvoiceUnknownMultiplier)]
    [InlineData("lnbc1p", L402ErrorCodes.InvoiceSubMillisatoshi)]
    [InlineData("lnbc21000001", L402ErrorCodes.InvoiceAmountOutOfRange)]
    [InlineData("lnbc99999999999999999999999999999999m", L402ErrorCodes.InvoiceAmountOutOfRange)]
    [InlineData("lnbcu", L402ErrorCodes.InvoiceUnknownNetwork)]
    [InlineData("lnltc5u", L402ErrorCodes.InvoiceUnknownNetwork)]
    [InlineData("bc5u", L402ErrorCodes.InvoiceUnknownNetwork)]
    [InlineData("lnbc-5u", L402ErrorCodes.InvoiceUnknownNetwork)]
    public void A_human_readable_part_of_another_form_is_refused(string prefix, string code)
    {
        Assert.False(Bolt11Invoice.TryParse(Invoices.WithFields(prefix), out _, out var error));
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public void Of_a_field_there_twice_the_first_counts()
    {
        var invoice = Bolt11Invoice.Parse(Invoices.WithFields("lnbc", Invoices.Field(TaggedField.Expiry, 5).Concat(Invoices.Field(TaggedField.Expiry, 6)).ToArray()));

        Assert.Equal(5, invoice.ExpirySeconds);
    }

    [Fact]
    public void A_field_that_reaches_past_the_end_is_refused()
    {
        var error = Assert.Throws<L402Exception>(() => Bolt11Invoice.Parse(Invoices.WithFields("lnbc", TaggedField.Description, 0, 9, 1)));

        Assert.Equal(L402ErrorCodes.InvoiceTruncatedField, error.Code);
        Assert.Throws<L402Exception>(() => Bolt11Invoice.Parse(Invoices.WithFields("lnbc", TaggedField.Description)));
    }

    [Fact]
    public void An_expiry_beyond_the_calendar_is_the_end_of_time()
    {
        var invoice = Bolt11Invoice.Parse(Invoices.WithFields("lnbc", Invoices.Field(TaggedField.Expiry, Enumerable.Repeat((byte)31, 13).ToArray())));

        Assert.Equal((long.MaxValue, DateTimeOffset.MaxValue), (invoice.ExpirySeconds, invoice.ExpiresAt));
        Assert.False(invoice.IsExpiredAt(new DateTimeOffset(3000, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void An_invoice_expires_an_hour_after_it_was_made_unless_it_says_otherwise()
    {
        var invoice = Bolt11Invoice.Parse(Invoices.WithFields("lnbc"));

        Assert.False(invoice.IsExpiredAt(DateTimeOffset.FromUnixTimeSeconds(3599)));
        Assert.True(invoice.IsExpiredAt(DateTimeOffset.FromUnixTimeSeconds(3600)));
    }

    [Fact]
    public void There_is_no_limit_to_its_length()
    {
        var further = Enumerable.Repeat(Invoices.Field(UnknownTag, new byte[1000]), 100).SelectMany(field => field).ToArray();

        Assert.True(Bolt11Invoice.Parse(Invoices.WithFields("lnbc5u", further)).Text.Length > 100_000);
    }

    [Fact]
    public void White_space_and_a_scheme_before_it_are_errors()
    {
        var text = Invoices.WithFields("lnbc5u");

        Assert.All(new[] { " " + text, text + "\n", "lightning:" + text }, form => Assert.False(Bolt11Invoice.TryParse(form, out _, out _)));
    }

    [Fact]
    public void One_character_changed_breaks_the_checksum()
    {
        var text = Invoices.WithFields("lnbc5u");

        Gen.Int[6, text.Length - 1].Sample(at =>
            !Bolt11Invoice.TryParse(text.Substring(0, at) + (text[at] == 'q' ? 'p' : 'q') + text.Substring(at + 1), out _, out _));
    }

    [Fact]
    public void No_text_and_no_fields_crash_the_decoder()
    {
        Gen.OneOf(Gen.String, Gen.Char["lnbct10p25umqx\0é"].Array[0, 60].Select(text => new string(text))).Sample(text =>
            Bolt11Invoice.TryParse(text, out _, out var error) || error.Code.Length > 0);
        Gen.Byte[0, 31].Array[0, 300].Sample(words =>
            Bolt11Invoice.TryParse(Invoices.WithFields("lnbc5u", words), out _, out var error) || error.Code.Length > 0);
        Gen.Byte[0, 31].Array[0, 200].Sample(words =>
            Bolt11Invoice.TryParse(Bech32.Encode("lnbc5u", words), out _, out var error) || error.Code.Length > 0);
    }
}
