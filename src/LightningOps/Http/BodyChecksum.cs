using System;
using System.Buffers.Binary;
using System.Linq;

namespace LightningOps.Http;

/// <summary>The checksum of a decompressed body: CRC-32 and length of gzip (RFC 1952 8), or Adler-32 of zlib (RFC 1950 9).</summary>
internal struct BodyChecksum
{
    private const uint Polynomial = 0xEDB88320;
    private const uint AdlerModulus = 65521;

    // More additions could exceed 32 bits.
    private const int MaxAdditions = 5552;
    private static readonly uint[] Table = Enumerable.Range(0, 256).Select(static value => Enumerable.Range(0, 8).Aggregate((uint)value, static (crc, _) => (crc & 1) != 0 ? Polynomial ^ (crc >> 1) : crc >> 1)).ToArray();

    private readonly bool isGzip;
    private uint crc = uint.MaxValue;
    private uint length;
    private uint low = 1;
    private uint high;

    /// <param name="isGzip">Whether the body is gzip; otherwise zlib.</param>
    public BodyChecksum(bool isGzip) => this.isGzip = isGzip;

    /// <summary>Adds decompressed bytes.</summary>
    public void Add(byte[] bytes, int offset, int count)
    {
        if (isGzip)
        {
            length += (uint)count;
            foreach (var value in bytes.AsSpan(offset, count))
            {
                crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
            }

            return;
        }

        for (var end = offset + count; offset < end; offset += MaxAdditions)
        {
            foreach (var value in bytes.AsSpan(offset, Math.Min(MaxAdditions, end - offset)))
            {
                low += value;
                high += low;
            }

            low %= AdlerModulus;
            high %= AdlerModulus;
        }
    }

    /// <summary>The bytes that follow the compressed data.</summary>
    /// <param name="size">8 for gzip, 4 for zlib, 0 for data without a checksum.</param>
    public readonly byte[] GetTrailer(int size)
    {
        var trailer = new byte[size];
        if (isGzip)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(trailer, ~crc);
            BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), length);
        }
        else if (size > 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(trailer, (high << 16) | low);
        }

        return trailer;
    }
}
