using System;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace LightningOps.L402;

/// <summary>
/// The 32 bytes that a payer receives for an invoice: the proof of payment and, with the macaroon, the credential
/// itself. Its text form is masked; <see cref="ProofReference" /> is safe to record.
/// </summary>
public sealed class Preimage : IEquatable<Preimage>
{
    /// <summary>Number of bytes.</summary>
    public const int Size = 32;

    private const int ReferenceDigits = 16;

    private readonly byte[] bytes;

    private Preimage(byte[] bytes) => this.bytes = bytes;

    /// <summary><c>preimage:</c> and the first 16 hexadecimal digits (docs/reference/l402.md#proof-reference): identifies the proof without revealing it.</summary>
    public string ProofReference => "preimage:" + Reveal().Substring(0, ReferenceDigits);

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    /// <exception cref="L402Exception"><c>preimage_invalid</c>; the text is not repeated.</exception>
    public static Preimage Parse(string hex) => TryParse(hex, out var preimage, out var error) ? preimage : throw new L402Exception(error);

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    /// <param name="hex">The digits.</param>
    /// <param name="preimage">The preimage, if the digits are valid.</param>
    /// <param name="error">Otherwise the reason; the text is not repeated.</param>
    public static bool TryParse(string? hex, [NotNullWhen(true)] out Preimage? preimage, [NotNullWhen(false)] out L402Error? error)
    {
        var decoded = hex?.Length == Size * 2 ? HexText.Decode(hex) : null;
        preimage = decoded is null ? null : new(decoded);
        error = preimage is null ? L402Error.Preimage(L402ErrorCodes.PreimageInvalid, "a preimage is 64 hexadecimal digits") : null;
        return preimage is not null;
    }

    /// <summary>A preimage of these 32 bytes, for example random ones of a node.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not 32 bytes.</exception>
    public static Preimage FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Size ? new(bytes.ToArray()) : throw new ArgumentOutOfRangeException(nameof(bytes));

    /// <summary>Its SHA-256: the hash of the invoices whose payment it proves.</summary>
    public PaymentHash ComputePaymentHash()
    {
        using var sha = SHA256.Create();
        return PaymentHash.FromBytes(sha.ComputeHash(bytes));
    }

    /// <summary>Whether it proves the payment of an invoice with this hash.</summary>
    public bool MatchesPaymentHash(PaymentHash hash) => ConstantTime.AreEqual(ComputePaymentHash().ToBytes(), hash.ToBytes());

    /// <summary>The secret, as 64 lower-case hexadecimal digits.</summary>
    public string Reveal() => HexText.From(bytes);

    /// <summary>Compares two secrets in constant time.</summary>
    public bool Equals(Preimage? other) => other is not null && ConstantTime.AreEqual(bytes, other.bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Preimage);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(bytes, 0);

    /// <summary>Three asterisks.</summary>
    public override string ToString() => "***";
}
