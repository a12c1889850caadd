using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace LightningOps.L402.Macaroons;

/// <summary>
/// A libmacaroons macaroon, read from the version 2 binary format or from the packets of version 1, which some
/// servers still send: an identifier, caveats, and a chain of HMAC-SHA256 over them. Its bytes are half of a
/// credential, so it does not show them.
/// </summary>
internal sealed class Macaroon : IEquatable<Macaroon>
{
    /// <summary>Maximum number of characters of a token; longer input is rejected unread.</summary>
    public const int MaxLength = 64 * 1024;

    private readonly byte[] identifier;
    private readonly byte[] signature;

    internal Macaroon(byte[] location, byte[] identifier, IReadOnlyList<MacaroonCaveat> caveats, byte[] signature)
    {
        LocationBytes = location;
        this.identifier = identifier;
        Caveats = caveats;
        this.signature = signature;
    }

    /// <summary>The location it claims, not covered by its signature; may be empty. Aperture writes <c>lsat</c>.</summary>
    public string Location => Encoding.UTF8.GetString(LocationBytes);

    /// <summary>Its identifier; for an L402, an <see cref="L402Identifier" />.</summary>
    public ReadOnlyMemory<byte> Identifier => identifier.AsMemory();

    /// <summary>Its caveats in the order they were added.</summary>
    public IReadOnlyList<MacaroonCaveat> Caveats { get; }

    /// <summary>The caveats of the form <c>condition=value</c>, in the order they were added.</summary>
    public IEnumerable<Caveat> Restrictions => Caveats.Select(caveat => caveat.Caveat).OfType<Caveat>();

    internal byte[] LocationBytes { get; }

    internal byte[] IdentifierBytes => identifier;

    internal byte[] SignatureBytes => signature;

    /// <summary>Mints a macaroon.</summary>
    /// <param name="rootKey">The secret for its verification.</param>
    /// <param name="identifier">Its identifier.</param>
    /// <param name="location">Its location; may be empty.</param>
    public static Macaroon Mint(byte[] rootKey, L402Identifier identifier, string location = "")
    {
        var bytes = identifier.ToBytes();
        return new Macaroon(Encoding.UTF8.GetBytes(location), bytes, Array.Empty<MacaroonCaveat>(), SignatureChain.Begin(rootKey, bytes));
    }

    /// <summary>Reads a token: base64, base64url (padded or not) or hex of the binary.</summary>
    /// <exception cref="L402Exception">One of the <c>macaroon_…</c> codes; the token is not repeated.</exception>
    public static Macaroon Parse(string token) => TryParse(token, out var macaroon, out var error) ? macaroon : throw new L402Exception(error);

    /// <summary>Reads a token: base64, base64url (padded or not) or hex of the binary.</summary>
    /// <param name="token">The text.</param>
    /// <param name="macaroon">The macaroon; its signature is checked by <see cref="Verify" />.</param>
    /// <param name="error">One of the <c>macaroon_…</c> codes; the token is not repeated.</param>
    public static bool TryParse(string token, [NotNullWhen(true)] out Macaroon? macaroon, [NotNullWhen(false)] out L402Error? error)
    {
        macaroon = null;
        return TokenText.TryDecode(token, out var bytes, out error) && TryParse(bytes, out macaroon, out error);
    }

    /// <summary>Reads the binary of version 2, or the packets of version 1.</summary>
    /// <param name="binary">The complete binary; bytes after the signature are an error.</param>
    /// <param name="macaroon">The macaroon; its signature is checked by <see cref="Verify" />.</param>
    /// <param name="error">One of the <c>macaroon_…</c> codes.</param>
    public static bool TryParse(ReadOnlySpan<byte> binary, [NotNullWhen(true)] out Macaroon? macaroon, [NotNullWhen(false)] out L402Error? error)
    {
        macaroon = PacketFormat.IsPackets(binary) ? PacketFormat.Read(binary, out error) : BinaryFormat.Read(binary, out error);
        return macaroon is not null;
    }

    /// <summary>The value of the last caveat of a condition, which is the effective one (Aperture, l402/caveat.go); null when there is none.</summary>
    public string? FindRestriction(string condition) =>
        Restrictions.LastOrDefault(caveat => string.Equals(caveat.Condition, condition, StringComparison.Ordinal))?.Value;

    /// <summary>This macaroon with one more restriction. Anyone can add a restriction, and nobody can remove one.</summary>
    public Macaroon AddCaveat(Caveat caveat)
    {
        var added = new MacaroonCaveat(Encoding.UTF8.GetBytes(caveat.Encode()));
        return new Macaroon(LocationBytes, identifier, Caveats.Append(added).ToArray(), SignatureChain.Extend(signature, added));
    }

    /// <summary>
    /// Whether it was minted with this root key and has exactly the added caveats. Always false for a macaroon with a
    /// third-party caveat, which cannot be discharged here. The caller checks whether the restrictions hold.
    /// </summary>
    public bool Verify(byte[] rootKey)
    {
        var expected = SignatureChain.Begin(rootKey, identifier);
        foreach (var caveat in Caveats)
        {
            expected = SignatureChain.Extend(expected, caveat);
        }

        return ConstantTime.AreEqual(expected, signature) && !Caveats.Any(caveat => caveat.IsThirdParty);
    }

    /// <summary>Expiry set by its caveats: the earliest of <c>SERVICE_valid_until</c>, <c>valid_until</c> and <c>expiration</c>; null if it never expires.</summary>
    public DateTimeOffset? FindExpiry() => Lifetime.FindEnd(this)?.At;

    /// <summary>The version 2 binary format, regardless of the format it was read from: a secret once paid for.</summary>
    public byte[] ToBinary() => BinaryFormat.Write(this);

    /// <summary>The binary as base64 with padding, as in a challenge: a secret once paid for.</summary>
    public string ToBase64() => Convert.ToBase64String(ToBinary());

    /// <summary>The binary as hexadecimal digits, as in the Macaroon and Grpc-Metadata-Macaroon headers: a secret once paid for.</summary>
    public string ToHex() => HexText.From(ToBinary());

    /// <inheritdoc/>
    public bool Equals(Macaroon? other) => other is not null && ConstantTime.AreEqual(ToBinary(), other.ToBinary());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Macaroon);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(signature, 0);

    /// <summary>Number of caveats; none of its bytes.</summary>
    public override string ToString() => FormattableString.Invariant($"macaroon with {Caveats.Count} caveats");
}

/// <summary>A caveat of a macaroon, of the first party or for a third party.</summary>
internal sealed class MacaroonCaveat
{
    private readonly byte[] identifier;
    private readonly byte[] verificationId;

    internal MacaroonCaveat(byte[] identifier, byte[]? verificationId = null, byte[]? location = null)
    {
        this.identifier = identifier;
        this.verificationId = verificationId ?? Array.Empty<byte>();
        LocationBytes = location ?? Array.Empty<byte>();
    }

    /// <summary>Whether a third party must discharge it.</summary>
    public bool IsThirdParty => verificationId.Length > 0;

    /// <summary>Location of the third party; empty for the first.</summary>
    public string Location => Encoding.UTF8.GetString(LocationBytes);

    /// <summary>Its bytes: <c>condition=value</c> in an L402.</summary>
    public ReadOnlyMemory<byte> Identifier => identifier.AsMemory();

    /// <summary>The caveat read as <c>condition=value</c>; null when it is for a third party or of another form.</summary>
    public Caveat? Caveat => !IsThirdParty && Caveat.TryParse(Encoding.UTF8.GetString(identifier), out var caveat, out _) ? caveat : null;

    internal byte[] IdentifierBytes => identifier;

    internal byte[] VerificationIdBytes => verificationId;

    internal byte[] LocationBytes { get; }

    /// <summary>The caveat unchanged, or that it is for a third party; asterisks for the value of a preimage.</summary>
    public override string ToString() => IsThirdParty ? "third-party caveat" : Caveat?.ToString() ?? Encoding.UTF8.GetString(identifier);
}

/// <summary>The chain of HMAC-SHA256 of libmacaroons: each signature is the key of the next.</summary>
internal static class SignatureChain
{
    /// <summary>Bytes of a signature.</summary>
    public const int Size = 32;

    private const string KeyGenerator = "macaroons-key-generator";

    /// <summary>The signature of an identifier under a root key.</summary>
    public static byte[] Begin(byte[] rootKey, byte[] identifier) => Hash(Hash(Encoding.ASCII.GetBytes(KeyGenerator), rootKey), identifier);

    /// <summary>The signature after one more caveat.</summary>
    public static byte[] Extend(byte[] signature, MacaroonCaveat caveat)
    {
        if (!caveat.IsThirdParty)
        {
            return Hash(signature, caveat.IdentifierBytes);
        }

        var both = new byte[Size * 2];
        Hash(signature, caveat.VerificationIdBytes).CopyTo(both, 0);
        Hash(signature, caveat.IdentifierBytes).CopyTo(both, Size);
        return Hash(signature, both);
    }

    private static byte[] Hash(byte[] key, byte[] message)
    {
        using var hmac = new HMACSHA256(key);
        return hmac.ComputeHash(message);
    }
}
