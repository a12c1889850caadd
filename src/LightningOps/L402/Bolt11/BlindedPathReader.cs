using System;
using System.Buffers.Binary;

namespace LightningOps.L402.Bolt11;

/// <summary>Reads the field of a blinded path (LND, zpay32/blinded_path.go; the field is not in BOLT 11 yet).</summary>
internal static class BlindedPathReader
{
    private const int HeadSize = 4 + 4 + 2 + 8 + 8;

    /// <summary>The path; null if the bytes are not valid.</summary>
    public static Bolt11BlindedPath? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadSize + 2)
        {
            return null;
        }

        var rest = bytes.Slice(HeadSize);
        var features = BinaryPrimitives.ReadUInt16BigEndian(rest);
        rest = rest.Slice(2);
        if (rest.Length < features + CurvePoint.CompressedSize + 1)
        {
            return null;
        }

        rest = rest.Slice(features);
        var point = rest.Slice(0, CurvePoint.CompressedSize);
        int hops = rest[CurvePoint.CompressedSize];
        rest = rest.Slice(CurvePoint.CompressedSize + 1);
        var introduction = rest;
        for (var hop = 0; hop < hops; hop++)
        {
            if (!TrySkipHop(ref rest))
            {
                return null;
            }
        }

        return hops == 0 || CurvePoint.Decompress(point) is null ? null : new Bolt11BlindedPath(
            HexText.From(introduction.Slice(0, CurvePoint.CompressedSize)),
            hops,
            BinaryPrimitives.ReadUInt32BigEndian(bytes),
            BinaryPrimitives.ReadUInt32BigEndian(bytes.Slice(4)),
            BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(8)));
    }

    // The key of a node, and encrypted data for it after their length (BigSize of BOLT 1).
    private static bool TrySkipHop(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length <= CurvePoint.CompressedSize || CurvePoint.Decompress(rest.Slice(0, CurvePoint.CompressedSize)) is null)
        {
            return false;
        }

        rest = rest.Slice(CurvePoint.CompressedSize);
        if (!TryReadSize(rest, out var length, out var size))
        {
            return false;
        }

        if (length > rest.Length - size)
        {
            return false;
        }

        rest = rest.Slice(size + length);
        return true;
    }

    // A number in more bytes than it needs is refused (BOLT 1); one of four bytes is longer than a field can be.
    private static bool TryReadSize(ReadOnlySpan<byte> rest, out int length, out int size)
    {
        (length, size) = rest[0] < 0xFD ? (rest[0], 1)
            : rest[0] == 0xFD && rest.Length >= 3 ? (BinaryPrimitives.ReadUInt16BigEndian(rest.Slice(1)), 3)
            : (0, 0);
        return size == 1 || (size == 3 && length >= 0xFD);
    }
}
