using System;
using System.Security.Cryptography;
using System.Text;

namespace LightningOps.Storage;

/// <summary>Creates version 7 UUIDs (RFC 9562): the milliseconds of the clock, then 74 random bits, so that ids sort by time.</summary>
internal sealed class Uuid7
{
    private readonly TimeProvider time;
    private readonly RandomNumberGenerator random;

    public Uuid7(TimeProvider time, RandomNumberGenerator random)
    {
        this.time = time;
        this.random = random;
    }

    /// <summary>A new one, in its usual text form.</summary>
    public string Next()
    {
        var octets = new byte[16];
        random.GetBytes(octets);
        var milliseconds = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 5; i >= 0; i--, milliseconds >>= 8)
        {
            octets[i] = (byte)milliseconds;
        }

        octets[6] = (byte)(0x70 | (octets[6] & 0x0F));
        octets[8] = (byte)(0x80 | (octets[8] & 0x3F));
        return Format(octets);
    }

    private static string Format(byte[] octets)
    {
        const string digits = "0123456789abcdef";
        var text = new StringBuilder(36);
        for (var i = 0; i < octets.Length; i++)
        {
            text.Append(i is 4 or 6 or 8 or 10 ? "-" : string.Empty).Append(digits[octets[i] >> 4]).Append(digits[octets[i] & 15]);
        }

        return text.ToString();
    }
}
