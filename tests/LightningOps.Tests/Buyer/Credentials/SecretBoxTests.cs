using System.IO;
using CsCheck;
using LightningOps.Buyer.Credentials;
using Xunit;

namespace LightningOps.Tests.Buyer.Credentials;

/// <summary>Authenticated encryption of credentials.</summary>
public sealed class SecretBoxTests
{
    private readonly SecretBox box = new(SecretBox.NewKey());

    [Fact]
    public void What_is_sealed_opens_again() =>
        Gen.Byte.Array[0, 200].Sample(secret => Assert.Equal(secret, box.Open(box.Seal(secret, "here"), "here")), iter: 200);

    [Fact]
    public void Any_changed_byte_is_found_out() => Gen.Select(Gen.Byte.Array[1, 50], Gen.Int[0, 1000], Gen.Int[1, 255]).Sample(
        (secret, place, change) =>
        {
            var sealedBytes = box.Seal(secret, "here");
            sealedBytes[place % sealedBytes.Length] ^= (byte)change;
            Assert.Throws<InvalidDataException>(() => box.Open(sealedBytes, "here"));
        },
        iter: 500);

    [Theory]
    [InlineData(0)]
    [InlineData(48)]
    [InlineData(64)]
    public void What_is_too_short_is_found_out(int length) =>
        Assert.Throws<InvalidDataException>(() => box.Open(box.Seal(new byte[40], "here")[..length], "here"));

    [Fact]
    public void It_opens_in_its_place_and_with_its_key_only()
    {
        var sealedBytes = box.Seal([1, 2, 3], "here");

        Assert.Throws<InvalidDataException>(() => box.Open(sealedBytes, "there"));
        Assert.Throws<InvalidDataException>(() => new SecretBox(SecretBox.NewKey()).Open(sealedBytes, "here"));
        Assert.NotEqual(sealedBytes, box.Seal([1, 2, 3], "here"));
    }
}
