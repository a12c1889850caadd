using System;
using System.Security.Cryptography;
using System.Text;

namespace LightningOps.L402.Bolt11;

/// <summary>The 65 bytes at the end of an invoice: r, s and which key to recover (docs/reference/l402.md#signature).</summary>
internal sealed class InvoiceSignature
{
    /// <summary>Five-bit words of the signature.</summary>
    public const int WordLength = 104;

    private readonly byte[] bytes;

    private InvoiceSignature(byte[] bytes) => this.bytes = bytes;

    /// <summary>r and s in hexadecimal digits.</summary>
    public string CompactHex => HexText.From(bytes.AsSpan(0, EcdsaSignature.CompactSize));

    /// <summary>Which key to recover; 0 to 3 when it is sound.</summary>
    public int RecoveryId => bytes[EcdsaSignature.CompactSize];

    /// <summary>Reads the words.</summary>
    public static InvoiceSignature FromWords(ReadOnlySpan<byte> words) => new(FiveBitWords.ToBytes(words));

    /// <summary>
    /// Whether the stated key made it, with the lower of the two numbers s that would do; without a stated key, whether it is
    /// one that a key can be recovered from. That key is not recovered here: it takes milliseconds, and decides nothing.
    /// </summary>
    /// <param name="humanReadablePart">The part before the separator, in lower case.</param>
    /// <param name="signed">The words between separator and signature.</param>
    /// <param name="statedKeyHex">The key of field n; null where there is none.</param>
    public bool IsSound(string humanReadablePart, ReadOnlySpan<byte> signed, string? statedKeyHex)
    {
        var signature = EcdsaSignature.FromCompact(bytes);
        return statedKeyHex is null ? signature.FindPoint(RecoveryId) is not null
            : RecoveryId <= 3 && signature.IsLow && CurvePoint.Decompress(HexText.Decode(statedKeyHex)) is { } stated && signature.Verifies(Hash(humanReadablePart, signed), stated);
    }

    /// <summary>The key that made it, 33 bytes in hexadecimal digits; null where none can have.</summary>
    /// <param name="humanReadablePart">The part before the separator, in lower case.</param>
    /// <param name="signed">The words between separator and signature.</param>
    public string? Recover(string humanReadablePart, ReadOnlySpan<byte> signed) =>
        EcdsaSignature.FromCompact(bytes).Recover(Hash(humanReadablePart, signed), RecoveryId) is { } key ? HexText.From(key.Compress()) : null;

    /// <summary>What is signed: the text as UTF-8, then the words as bytes, the last one filled up with zero bits (BOLT 11).</summary>
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
