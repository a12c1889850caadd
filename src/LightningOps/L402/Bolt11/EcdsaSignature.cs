using System;
using System.Numerics;

namespace LightningOps.L402.Bolt11;

/// <summary>An ECDSA signature over secp256k1 (SEC 1, 4.1), with verification and key recovery.</summary>
/// <param name="R">r.</param>
/// <param name="S">s.</param>
internal sealed record EcdsaSignature(BigInteger R, BigInteger S)
{
    /// <summary>Size of r and s in bytes, 32 each.</summary>
    public const int CompactSize = 64;

    private const int HalfSize = 32;

    /// <summary>Whether both numbers are in range, from 1 to n - 1.</summary>
    public bool IsInRange => R.Sign > 0 && S.Sign > 0 && R < CurvePoint.Order && S < CurvePoint.Order;

    /// <summary>Whether s is the lower of the two valid values.</summary>
    public bool IsLow => S <= CurvePoint.Order / 2;

    /// <summary>Reads 64 bytes.</summary>
    public static EcdsaSignature FromCompact(ReadOnlySpan<byte> bytes) =>
        new(CurvePoint.Read(bytes.Slice(0, HalfSize)), CurvePoint.Read(bytes.Slice(HalfSize, HalfSize)));

    /// <summary>Whether a key signed a hash of 32 bytes (SEC 1, 4.1.4).</summary>
    public bool Verifies(ReadOnlySpan<byte> hash, CurvePoint key)
    {
        if (!IsInRange || key.IsInfinity)
        {
            return false;
        }

        var inverse = BigInteger.ModPow(S, CurvePoint.Order - 2, CurvePoint.Order);
        var point = CurvePoint.Combine(CurvePoint.Read(hash) * inverse % CurvePoint.Order, R * inverse % CurvePoint.Order, key);
        return !point.IsInfinity && point.GetX() % CurvePoint.Order == R;
    }

    /// <summary>The point whose x coordinate was reduced to r; null if the curve has none.</summary>
    /// <param name="recoveryId">As in <see cref="Recover" />.</param>
    public CurvePoint? FindPoint(int recoveryId) =>
        IsInRange && recoveryId is >= 0 and <= 3 ? CurvePoint.Find(recoveryId >= 2 ? R + CurvePoint.Order : R, (recoveryId & 1) == 1) : null;

    /// <summary>The key that signed a hash of 32 bytes (SEC 1, 4.1.6); null if no key can have.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="recoveryId">Which of the four possible keys: bit 0 is the parity of y, bit 1 whether r was reduced.</param>
    public CurvePoint? Recover(ReadOnlySpan<byte> hash, int recoveryId)
    {
        if (FindPoint(recoveryId) is not { } point)
        {
            return null;
        }

        var inverse = BigInteger.ModPow(R, CurvePoint.Order - 2, CurvePoint.Order);
        var minusHash = CurvePoint.Order - (CurvePoint.Read(hash) % CurvePoint.Order);
        var key = CurvePoint.Combine(minusHash * inverse % CurvePoint.Order, S * inverse % CurvePoint.Order, point);
        return key.IsInfinity ? null : key;
    }
}
