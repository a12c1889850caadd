using System;
using System.Globalization;
using System.Numerics;

namespace LightningOps.L402.Bolt11;

/// <summary>
/// The 65 bytes at the end of an invoice: r, s and which key to recover. No key is recovered here; what is checked is
/// that recovery would find one, and that a signature beside a stated key is canonical (BOLT 11, Examples of Invalid Invoices).
/// </summary>
internal sealed class InvoiceSignature
{
    /// <summary>Five-bit words of the signature.</summary>
    public const int WordLength = 104;

    private const int CompactSize = 64;
    private const int HalfSize = 32;

    private static readonly BigInteger FieldPrime = Hex("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F");
    private static readonly BigInteger GroupOrder = Hex("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141");

    private readonly byte[] bytes;

    private InvoiceSignature(byte[] bytes) => this.bytes = bytes;

    /// <summary>r and s in hexadecimal digits.</summary>
    public string CompactHex => HexText.From(bytes.AsSpan(0, CompactSize));

    /// <summary>Which key to recover; 0 to 3 when it is sound.</summary>
    public int RecoveryId => bytes[CompactSize];

    /// <summary>Reads the words.</summary>
    public static InvoiceSignature FromWords(ReadOnlySpan<byte> words) => new(FiveBitWords.ToBytes(words));

    /// <summary>Whether some key can have made it.</summary>
    /// <param name="mustBeCanonical">Whether s must be the lower of the two that would do.</param>
    public bool IsSound(bool mustBeCanonical)
    {
        var r = Number(0);
        var s = Number(HalfSize);
        if (RecoveryId > 3 || r.IsZero || s.IsZero || r >= GroupOrder || s >= GroupOrder || (mustBeCanonical && s > GroupOrder / 2))
        {
            return false;
        }

        var x = RecoveryId >= 2 ? r + GroupOrder : r;
        return x < FieldPrime && BigInteger.ModPow(BigInteger.ModPow(x, 3, FieldPrime) + 7, (FieldPrime - 1) / 2, FieldPrime).IsOne;
    }

    private static BigInteger Hex(string digits) => BigInteger.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    // BigInteger reads little-endian and takes the highest bit for a sign.
    private BigInteger Number(int start)
    {
        var reversed = new byte[HalfSize + 1];
        for (var i = 0; i < HalfSize; i++)
        {
            reversed[i] = bytes[start + HalfSize - 1 - i];
        }

        return new BigInteger(reversed);
    }
}
