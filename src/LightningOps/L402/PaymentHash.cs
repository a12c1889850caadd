using System;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LightningOps.L402;

/// <summary>The SHA-256 of a preimage, which identifies the payment of an invoice (32 bytes).</summary>
[JsonConverter(typeof(PaymentHashJsonConverter))]
public sealed record PaymentHash
{
    /// <summary>Number of bytes.</summary>
    public const int Size = 32;

    private PaymentHash(string hex) => Hex = hex;

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string Hex { get; }

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    /// <exception cref="L402Exception"><c>payment_hash_invalid</c>.</exception>
    public static PaymentHash Parse(string hex) => TryParse(hex, out var hash, out var error) ? hash : throw new L402Exception(error);

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    /// <param name="hex">The digits.</param>
    /// <param name="hash">The hash, if the digits are valid.</param>
    /// <param name="error">Otherwise the reason.</param>
    public static bool TryParse(string? hex, [NotNullWhen(true)] out PaymentHash? hash, [NotNullWhen(false)] out L402Error? error)
    {
        var bytes = hex?.Length == Size * 2 ? HexText.Decode(hex) : null;
        hash = bytes is null ? null : FromBytes(bytes);
        error = hash is null ? L402Error.Preimage(L402ErrorCodes.PaymentHashInvalid, "a payment hash is 64 hexadecimal digits") : null;
        return hash is not null;
    }

    /// <summary>The digits.</summary>
    public override string ToString() => Hex;

    /// <summary>The hash of these 32 bytes.</summary>
    internal static PaymentHash FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Size ? new(HexText.From(bytes)) : throw new ArgumentOutOfRangeException(nameof(bytes));

    /// <summary>A copy of the bytes.</summary>
    internal byte[] ToBytes() => HexText.Decode(Hex)!;
}

/// <summary>A payment hash is its hexadecimal digits.</summary>
internal sealed class PaymentHashJsonConverter : JsonConverter<PaymentHash>
{
    /// <inheritdoc/>
    public override PaymentHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PaymentHash.TryParse(reader.GetString(), out var hash, out _) ? hash : throw new JsonException("not a payment hash");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PaymentHash value, JsonSerializerOptions options) => writer.WriteStringValue(value.Hex);
}
