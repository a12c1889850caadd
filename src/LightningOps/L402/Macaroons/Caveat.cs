using System;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace LightningOps.L402.Macaroons;

/// <summary>A restriction of an L402: <c>condition=value</c>, for example <c>services=weather:0</c>.</summary>
internal sealed record Caveat
{
    private const string PreimageCondition = "preimage";

    /// <summary>Creates a restriction.</summary>
    /// <param name="condition">Condition name, not empty and without <c>=</c>.</param>
    /// <param name="value">Required value.</param>
    /// <exception cref="L402Exception"><c>caveat_malformed</c>.</exception>
    public Caveat(string condition, string value)
    {
        if (condition.Length == 0 || condition.IndexOf('=') >= 0)
        {
            throw new L402Exception(Malformed());
        }

        Condition = condition;
        Value = value;
    }

    /// <summary>Its name.</summary>
    public string Condition { get; }

    /// <summary>Required value; the value of a <c>preimage</c> caveat is a secret.</summary>
    public string Value { get; }

    /// <summary>Reads <c>condition=value</c>; the value may contain further equals signs.</summary>
    /// <param name="text">The text.</param>
    /// <param name="caveat">The restriction.</param>
    /// <param name="error"><c>caveat_malformed</c>; the text is not repeated.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Caveat? caveat, [NotNullWhen(false)] out L402Error? error)
    {
        var sign = text.IndexOf('=');
        caveat = sign > 0 ? new(text.Substring(0, sign), text.Substring(sign + 1)) : null;
        error = caveat is null ? Malformed() : null;
        return caveat is not null;
    }

    /// <summary><c>condition=value</c> in full: a secret when it is a preimage.</summary>
    public string Encode() => Condition + "=" + Value;

    /// <summary><c>condition=value</c>; asterisks for the value of a preimage.</summary>
    public override string ToString() => string.Equals(Condition, PreimageCondition, StringComparison.Ordinal) ? Condition + "=***" : Encode();

    private static L402Error Malformed() => L402Error.Macaroon(L402ErrorCodes.CaveatMalformed, "a caveat must have the form condition=value");
}

/// <summary>The identifier of an L402's macaroon: version 0 in 2 bytes, the payment hash, and the token id of 32 bytes (Aperture, l402/identifier.go).</summary>
internal sealed record L402Identifier
{
    /// <summary>Number of bytes.</summary>
    public const int Size = 2 + PaymentHash.Size + TokenIdSize;

    private const int TokenIdSize = 32;
    private const int HexSize = Size * 2;
    private const int Base64Size = Size / 3 * 4;

    private L402Identifier(PaymentHash paymentHash, string tokenIdHex)
    {
        PaymentHash = paymentHash;
        TokenIdHex = tokenIdHex;
    }

    /// <summary>The only version.</summary>
    public int Version { get; } = 0;

    /// <summary>Hash of the invoice of the macaroon.</summary>
    public PaymentHash PaymentHash { get; }

    /// <summary>The token id: 64 lower-case hexadecimal digits.</summary>
    public string TokenIdHex { get; }

    /// <summary>An identifier of version 0.</summary>
    /// <param name="paymentHash">Hash of the invoice.</param>
    /// <param name="tokenId">32 random bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The token id is not 32 bytes.</exception>
    public static L402Identifier Create(PaymentHash paymentHash, ReadOnlySpan<byte> tokenId) =>
        tokenId.Length == TokenIdSize ? new(paymentHash, HexText.From(tokenId)) : throw new ArgumentOutOfRangeException(nameof(tokenId));

    /// <summary>Reads the bytes of an identifier.</summary>
    /// <exception cref="L402Exception"><c>identifier_malformed</c> or <c>identifier_unknown_version</c>.</exception>
    public static L402Identifier Parse(ReadOnlySpan<byte> bytes) => TryParse(bytes, out var identifier, out var error) ? identifier : throw new L402Exception(error);

    /// <summary>Reads the bytes of an identifier, which boltwall writes as hex and next-l402 as base64.</summary>
    /// <param name="bytes">The bytes, or the text of their hexadecimal digits or base64.</param>
    /// <param name="identifier">The identifier.</param>
    /// <param name="error"><c>identifier_malformed</c> or <c>identifier_unknown_version</c>.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out L402Identifier? identifier, [NotNullWhen(false)] out L402Error? error)
    {
        identifier = null;
        bytes = WithoutText(bytes);
        error = bytes.Length < 2 ? L402Error.Macaroon(L402ErrorCodes.IdentifierMalformed, "the identifier has no version")
            : (bytes[0] | bytes[1]) != 0 ? L402Error.Macaroon(L402ErrorCodes.IdentifierUnknownVersion, "the version of the identifier is not 0")
            : bytes.Length != Size ? L402Error.Macaroon(L402ErrorCodes.IdentifierMalformed, "a version 0 identifier must have 66 bytes")
            : null;
        if (error is not null)
        {
            return false;
        }

        identifier = new(PaymentHash.FromBytes(bytes.Slice(2, PaymentHash.Size)), HexText.From(bytes.Slice(2 + PaymentHash.Size)));
        return true;
    }

    // The first two bytes of an identifier are zero, so no text form is an identifier itself. next-l402, which writes
    // base64, puts the token id before the payment hash.
    private static ReadOnlySpan<byte> WithoutText(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is not (HexSize or Base64Size))
        {
            return bytes;
        }

        var text = Encoding.ASCII.GetString(bytes.ToArray());
        if (text.Length == HexSize)
        {
            return HexText.Decode(text) ?? bytes;
        }

        if (TokenText.DecodeBase64(text) is not { Length: Size } decoded)
        {
            return bytes;
        }

        var ordered = new byte[Size];
        Array.Copy(decoded, 0, ordered, 0, 2);
        Array.Copy(decoded, 2 + TokenIdSize, ordered, 2, PaymentHash.Size);
        Array.Copy(decoded, 2, ordered, 2 + PaymentHash.Size, TokenIdSize);
        return ordered;
    }

    /// <summary>The 66 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        PaymentHash.ToBytes().CopyTo(bytes, 2);
        HexText.Decode(TokenIdHex)!.CopyTo(bytes, 2 + PaymentHash.Size);
        return bytes;
    }
}
