using System;
using System.Text.Json;
using CsCheck;
using LightningOps.L402;
using Xunit;

namespace LightningOps.Tests.L402;

public sealed class PreimageTests
{
    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";
    private const string HashOfZeros = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";

    [Fact]
    public void It_proves_the_payment_of_its_own_hash_only()
    {
        var preimage = Preimage.Parse(Zeros);

        Assert.True(preimage.MatchesPaymentHash(PaymentHash.Parse(HashOfZeros.ToUpperInvariant())));
        Assert.False(preimage.MatchesPaymentHash(PaymentHash.Parse(Zeros)));
        Assert.Equal(HashOfZeros, preimage.ComputePaymentHash().ToString());
    }

    [Fact]
    public void It_is_named_by_its_first_16_digits_and_hidden_otherwise()
    {
        var preimage = Preimage.Parse("963804F7D513196300112233445566778899aabbccddeeff0011223344556677");

        Assert.Equal("preimage:963804f7d5131963", preimage.ProofReference);
        Assert.Equal("***", preimage.ToString());
        Assert.DoesNotContain("00112233", JsonSerializer.Serialize(preimage), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hunter2")]
    [InlineData("x000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(Zeros + "00")]
    [InlineData(" " + Zeros)]
    public void What_is_not_64_digits_is_refused_without_repeating_it(string text)
    {
        var error = Assert.Throws<L402Exception>(() => Preimage.Parse(text));

        Assert.Equal((L402ErrorCodes.PreimageInvalid, "PreimageError"), (error.Code, error.Tag));
        Assert.DoesNotContain("hunter", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(L402ErrorCodes.PaymentHashInvalid, Assert.Throws<L402Exception>(() => PaymentHash.Parse(text)).Code);
    }

    [Fact]
    public void Bytes_and_digits_are_the_same_preimage() =>
        Gen.Byte.Array[32].Sample(bytes =>
        {
            var preimage = Preimage.FromBytes(bytes);
            return preimage.Equals(Preimage.Parse(preimage.Reveal())) && preimage.Reveal() == Convert.ToHexStringLower(bytes);
        });
}
