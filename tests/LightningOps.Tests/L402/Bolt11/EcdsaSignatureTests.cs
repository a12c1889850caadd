using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LightningOps.L402.Bolt11;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.L402.Bolt11;

public sealed class EcdsaSignatureTests
{
    [Fact]
    public void Every_signature_of_Wycheproof_has_its_verdict()
    {
        var wrong = new List<string>();
        var count = 0;
        foreach (var group in Vectors.Json("wycheproof/ecdsa_secp256k1_sha256_p1363_test.json").GetProperty("testGroups").EnumerateArray())
        {
            var key = GetKey(Convert.FromHexString(group.GetProperty("publicKey").GetProperty("uncompressed").GetString()!));
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                count++;
                var signature = Convert.FromHexString(test.GetProperty("sig").GetString()!);
                var hash = SHA256.HashData(Convert.FromHexString(test.GetProperty("msg").GetString()!));
                var isValid = signature.Length == EcdsaSignature.CompactSize && EcdsaSignature.FromCompact(signature).Verifies(hash, key);
                if (isValid != (test.GetProperty("result").GetString() == "valid"))
                {
                    wrong.Add(test.GetProperty("tcId") + " " + test.GetProperty("comment").GetString());
                }
                else if (isValid)
                {
                    Assert.Contains(Enumerable.Range(0, 4), id => EcdsaSignature.FromCompact(signature).Recover(hash, id)?.Compress().AsSpan().SequenceEqual(key.Compress()) == true);
                }
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(252, count);
    }

    // Deterministic signatures (RFC 6979) of the key 1, whose public key is the generator.
    [Theory]
    [InlineData("Satoshi Nakamoto", "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [InlineData("All those moments will be lost in time, like tears in rain. Time to die...", "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    public void A_deterministic_signature_verifies_for_its_message_only(string message, string signature)
    {
        var read = EcdsaSignature.FromCompact(Convert.FromHexString(signature));

        Assert.True(read.Verifies(SHA256.HashData(Encoding.UTF8.GetBytes(message)), CurvePoint.Generator));
        Assert.False(read.Verifies(SHA256.HashData(Encoding.UTF8.GetBytes(message + ".")), CurvePoint.Generator));
        Assert.False(read.Verifies(SHA256.HashData(Encoding.UTF8.GetBytes(message)), CurvePoint.Combine(2, 0, CurvePoint.Generator)));
    }

    [Theory]
    [InlineData(1, "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    [InlineData(2, "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5")]
    [InlineData(3, "02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9")]
    [InlineData(7, "025cbdf0646e5db4eaa398f365f2ea7a0e3d419b7e0330e39ce92bddedcac4f9bc")]
    public void A_multiple_of_the_generator_is_the_known_point(int times, string compressed)
    {
        Assert.Equal(compressed, Convert.ToHexStringLower(CurvePoint.Combine(times, 0, CurvePoint.Generator).Compress()));
        Assert.Equal(compressed, Convert.ToHexStringLower(CurvePoint.Decompress(Convert.FromHexString(compressed))!.Compress()));
    }

    [Fact]
    public void The_order_times_the_generator_is_infinity_and_no_key()
    {
        Assert.True(CurvePoint.Combine(CurvePoint.Order, 0, CurvePoint.Generator).IsInfinity);
        Assert.True(CurvePoint.Combine(CurvePoint.Order - 1, 1, CurvePoint.Generator).IsInfinity);

        // r of the generator and s equal to the hash: the recovered point is infinity.
        var hash = SHA256.HashData([1]);
        var x = CurvePoint.Generator.GetX();
        Assert.Null(new EcdsaSignature(x, CurvePoint.Read(hash)).Recover(hash, 0));
        Assert.NotNull(new EcdsaSignature(x, CurvePoint.Read(hash)).Recover(hash, 1));
    }

    [Theory]
    [InlineData("02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30")]
    [InlineData("020000000000000000000000000000000000000000000000000000000000000005")]
    [InlineData("0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    [InlineData("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    public void Bytes_that_are_no_point_of_the_curve_are_no_key(string bytes) =>
        Assert.Null(CurvePoint.Decompress(Convert.FromHexString(bytes)));

    private static CurvePoint GetKey(byte[] uncompressed) => CurvePoint.Find(CurvePoint.Read(uncompressed.AsSpan(1, 32)), (uncompressed[64] & 1) == 1)!;
}
