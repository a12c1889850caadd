using System;
using System.Security.Cryptography;
using System.Text;

namespace LightningOps.L402.Bolt11;

/// <summary>The 65 bytes at the end of an invoice: r, s and the recovery id (docs/reference/l402.md#signature).</summary>
internal sealed class InvoiceSignature
{
    /// <summary>Five-bit words of the signature.</summary>
    public const int WordLength = 104;

    private readonly byte[] bytes;

    private InvoiceSignature(byte[] bytes) => this.bytes = bytes;

    /// <summary>r and s in hexadecimal digits.</summary>
    public string CompactHex => HexText.From(bytes.AsSpan(0, EcdsaSignature.CompactSize));

    /// <summary>Recovery id; 0 to 3 when it is valid.</summary>
    public int RecoveryId => bytes[EcdsaSignature.CompactSize];

    /// <summary>Reads the words.</summary>
    public static InvoiceSignature FromWords(ReadOnlySpan<byte> words) => new(FiveBitWords.ToBytes(words));

    /// <summary>
    /// Whether the stated key signed it, with the lower valid s. Without a stated key, whether a key can be
    /// recovered. That key is not recovered here, because it takes milliseconds and decides nothing.
    /// </summary>
    /// <param name="humanReadablePart">The part before the separator, in lower case.</param>
    /// <param name="signed">The words between separator and signature.</param>
    /// <param name="statedKeyHex">The key of field n; null if there is none.</param>
    public bool IsSound(string humanReadablePart, ReadOnlySpan<byte> signed, string? statedKeyHex)
    {
        var signature = EcdsaSignature.FromCompact(bytes);
        return statedKeyHex is null ? signature.FindPoint(RecoveryId) is not null
            : RecoveryId <= 3 && signature.IsLow && CurvePoint.Decompress(HexText.Decode(statedKeyHex)) is { } stated && signature.Verifies(Hash(humanReadablePart, signed), stated);
    }

    /// <summary>The key that signed it, 33 bytes in hexadecimal digits; null if no key can have.</summary>
    /// <param name="humanReadablePart">The part before the separator, in lower case.</param>
    /// <param name="signed">The words between separator and signature.</param>
    public string? Recover(string humanReadablePart, ReadOnlySpan<byte> signed) =>
        EcdsaSignature.FromCompact(bytes).Recover(Hash(humanReadablePart, signed), RecoveryId) is { } key ? HexText.From(key.Compress()) : null;

    /// <summary>The signed data: the text as UTF-8, then the words as bytes, the last one padded with zero bits (BOLT 11).</summary>
    public static byte[] Hash(string humanReadablePart, ReadOnlySpan<byte> signed)
    {
        var prefix = Encoding.UTF8.GetBytes(humanReadablePart);
        var filled = new byte[signed.Length + 2];
        signed.CopyTo(filled);
        var data = FiveBitWords.ToBytes(filled).AsSpan(0, ((signed.Length * 5) + 7) / 8);
        var message = new byte[prefix.Length + data.Length];
        prefix.CopyTo(message, 0);
        data.CopyTo(message.AsSpan(prefix.Length));
        using var sha = SHA256.Create();
        return sha.ComputeHash(message);
    }
}
