using System.Security.Cryptography;

namespace LightningOps.ControlPlane.Rules;

/// <summary>Payment hashes as spelled in the records. Recorded smokes contain names instead; those prove nothing and are never compared.</summary>
internal static class PaymentHashText
{
    private const int Digits = 64;

    /// <summary>The hash in lower case if it has 64 hexadecimal digits; else null.</summary>
    public static string? Normalize(string? text)
    {
        if (text is not { Length: Digits })
        {
            return null;
        }

        // A loop, because it runs several times per settlement of an import.
        foreach (var digit in text)
        {
            if (!IsHexDigit(digit))
            {
                return null;
            }
        }

        return text.ToLowerInvariant();
    }

    /// <summary>The payment hash of a preimage, SHA-256 of its bytes (BOLT 4); null when the preimage is not 32 bytes long.</summary>
    /// <param name="preimage">Hexadecimal digits.</param>
    public static string? FromPreimage(string preimage)
    {
        if (Normalize(preimage) is null)
        {
            return null;
        }

        var bytes = new byte[Digits / 2];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)((Value(preimage[2 * i]) << 4) | Value(preimage[(2 * i) + 1]));
        }

        using var sha = SHA256.Create();
        return ToHex(sha.ComputeHash(bytes));
    }

    private static string ToHex(byte[] bytes)
    {
        const string digits = "0123456789abcdef";
        var text = new char[bytes.Length * 2];
        for (var i = 0; i < bytes.Length; i++)
        {
            text[2 * i] = digits[bytes[i] >> 4];
            text[(2 * i) + 1] = digits[bytes[i] & 15];
        }

        return new string(text);
    }

    private static bool IsHexDigit(char digit) => digit is (>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F');

    private static int Value(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
