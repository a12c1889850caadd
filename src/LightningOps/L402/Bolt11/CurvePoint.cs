using System;
using System.Globalization;
using System.Numerics;

namespace LightningOps.L402.Bolt11;

/// <summary>
/// A point of secp256k1 (SEC 2, 2.4.1: y² = x³ + 7), in Jacobian coordinates: x = X/Z², y = Y/Z³; Z is zero for the
/// point at infinity. It is used only with public data, so computations need not take constant time.
/// </summary>
internal sealed class CurvePoint
{
    /// <summary>Size of a compressed point in bytes.</summary>
    public const int CompressedSize = 33;

    /// <summary>p, the number of elements of the field.</summary>
    public static readonly BigInteger Field = Number("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F");

    /// <summary>n, the number of points.</summary>
    public static readonly BigInteger Order = Number("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141");

    /// <summary>G.</summary>
    public static readonly CurvePoint Generator = new(
        Number("079BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798"),
        Number("0483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8"),
        BigInteger.One);

    private static readonly CurvePoint Infinity = new(BigInteger.One, BigInteger.One, BigInteger.Zero);

    // p is 3 modulo 4, so a root of a is a to the power of this, if there is one.
    private static readonly BigInteger RootExponent = (Field + 1) / 4;

    private readonly BigInteger x;
    private readonly BigInteger y;
    private readonly BigInteger z;

    private CurvePoint(BigInteger x, BigInteger y, BigInteger z)
    {
        this.x = x;
        this.y = y;
        this.z = z;
    }

    /// <summary>Whether it is the point at infinity, which is not a key.</summary>
    public bool IsInfinity => z.IsZero;

    /// <summary>The point with an x coordinate and the parity of y; null if the curve has none.</summary>
    public static CurvePoint? Find(BigInteger x, bool isOdd)
    {
        if (x.Sign < 0 || x >= Field)
        {
            return null;
        }

        var square = ((x * x * x) + 7) % Field;
        var root = BigInteger.ModPow(square, RootExponent, Field);
        return (root * root) % Field != square ? null : new CurvePoint(x, root.IsEven == isOdd ? Field - root : root, BigInteger.One);
    }

    /// <summary>The point of 33 bytes (SEC 1, 2.3.4); null if they are not valid.</summary>
    public static CurvePoint? Decompress(ReadOnlySpan<byte> bytes) =>
        bytes.Length == CompressedSize && bytes[0] is 2 or 3 ? Find(Read(bytes.Slice(1)), bytes[0] == 3) : null;

    /// <summary>The 33 bytes of the point.</summary>
    public byte[] Compress()
    {
        var inverse = BigInteger.ModPow(z, Field - 2, Field);
        var square = inverse * inverse % Field;
        var bytes = new byte[CompressedSize];
        bytes[0] = (byte)((y * square % Field * inverse % Field).IsEven ? 2 : 3);
        Write(x * square % Field, bytes.AsSpan(1));
        return bytes;
    }

    /// <summary>The x coordinate; zero for the point at infinity.</summary>
    public BigInteger GetX()
    {
        var inverse = BigInteger.ModPow(z, Field - 2, Field);
        return x * inverse % Field * inverse % Field;
    }

    /// <summary>a·G + b·P, both multiples computed in one pass.</summary>
    public static CurvePoint Combine(BigInteger a, BigInteger b, CurvePoint point)
    {
        var both = Generator.Add(point);
        var sum = Infinity;
        var left = ToBits(a);
        var right = ToBits(b);
        for (var bit = (left.Length * 8) - 1; bit >= 0; bit--)
        {
            sum = sum.Double();
            sum = (IsSet(left, bit), IsSet(right, bit)) switch
            {
                (true, true) => sum.Add(both),
                (true, false) => sum.Add(Generator),
                (false, true) => sum.Add(point),
                _ => sum,
            };
        }

        return sum;
    }

    /// <summary>A big-endian number.</summary>
    public static BigInteger Read(ReadOnlySpan<byte> bytes)
    {
        // BigInteger reads little-endian and treats the highest bit as a sign.
        var reversed = new byte[bytes.Length + 1];
        for (var i = 0; i < bytes.Length; i++)
        {
            reversed[i] = bytes[bytes.Length - 1 - i];
        }

        return new BigInteger(reversed);
    }

    /// <summary>Writes a big-endian number.</summary>
    public static void Write(BigInteger number, Span<byte> bytes)
    {
        var little = number.ToByteArray();
        for (var i = 0; i < bytes.Length && i < little.Length; i++)
        {
            bytes[bytes.Length - 1 - i] = little[i];
        }
    }

    // dbl-2009-l of the Explicit-Formulas Database.
    private CurvePoint Double()
    {
        var a = x * x % Field;
        var b = y * y % Field;
        var c = b * b % Field;
        var d = 2 * (((x + b) * (x + b)) - a - c) % Field;
        var e = 3 * a;
        var x3 = Reduce((e * e) - (2 * d));
        return new CurvePoint(x3, Reduce((e * (d - x3)) - (8 * c)), 2 * y * z % Field);
    }

    // add-2007-bl of the Explicit-Formulas Database.
    private CurvePoint Add(CurvePoint other)
    {
        if (IsInfinity || other.IsInfinity)
        {
            return IsInfinity ? other : this;
        }

        var zz1 = z * z % Field;
        var zz2 = other.z * other.z % Field;
        var u1 = x * zz2 % Field;
        var s1 = y * other.z % Field * zz2 % Field;
        var h = Reduce((other.x * zz1) - u1);
        var r = Reduce((other.y * z % Field * zz1) - s1);
        if (h.IsZero)
        {
            return r.IsZero ? Double() : Infinity;
        }

        var hh = h * h % Field;
        var hhh = h * hh % Field;
        var v = u1 * hh % Field;
        var x3 = Reduce((r * r) - hhh - (2 * v));
        return new CurvePoint(x3, Reduce((r * (v - x3)) - (s1 * hhh)), h * z % Field * other.z % Field);
    }

    private static BigInteger Reduce(BigInteger number)
    {
        var rest = number % Field;
        return rest.Sign < 0 ? rest + Field : rest;
    }

    private static byte[] ToBits(BigInteger number)
    {
        var bits = new byte[32];
        var bytes = number.ToByteArray();
        Array.Copy(bytes, bits, Math.Min(bits.Length, bytes.Length));
        return bits;
    }

    private static bool IsSet(byte[] bits, int bit) => ((bits[bit / 8] >> (bit % 8)) & 1) == 1;

    private static BigInteger Number(string digits) => BigInteger.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
