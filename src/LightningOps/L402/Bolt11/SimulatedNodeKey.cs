using System;
using System.Numerics;

namespace LightningOps.L402.Bolt11;

/// <summary>
/// The key of a simulated node, so that all its invoices show one payee. It protects nothing: the nonce of each
/// signature is 1, which reveals the key and makes signing cheap.
/// </summary>
internal sealed class SimulatedNodeKey
{
    /// <summary>Size of a secret key in bytes.</summary>
    public const int Size = 32;

    private readonly BigInteger secret;

    /// <summary>A key.</summary>
    /// <param name="bytes">32 bytes.</param>
    public SimulatedNodeKey(byte[] bytes)
    {
        secret = (CurvePoint.Read(bytes) % (CurvePoint.Order - 1)) + 1;
        PublicKeyHex = HexText.From(CurvePoint.Combine(secret, BigInteger.Zero, CurvePoint.Generator).Compress());
    }

    /// <summary>The node's id: 33 bytes in hexadecimal digits.</summary>
    public string PublicKeyHex { get; }

    /// <summary>The 65 bytes of a signature: r, s and the recovery id (BOLT 11).</summary>
    /// <param name="hash">The hash to sign, 32 bytes.</param>
    public byte[] Sign(byte[] hash)
    {
        // SEC 1, 4.1.3, with k = 1: R is the generator, whose y is even.
        var r = CurvePoint.Generator.GetX() % CurvePoint.Order;
        var s = (CurvePoint.Read(hash) + (r * secret)) % CurvePoint.Order;
        var isHigh = s > CurvePoint.Order / 2;
        var signature = new byte[EcdsaSignature.CompactSize + 1];
        CurvePoint.Write(r, signature.AsSpan(0, Size));
        CurvePoint.Write(isHigh ? CurvePoint.Order - s : s, signature.AsSpan(Size, Size));
        signature[EcdsaSignature.CompactSize] = (byte)(isHigh ? 1 : 0);
        return signature;
    }
}
