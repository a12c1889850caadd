using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;

namespace LightningOps.L402;

/// <summary>The readable content of a token, without the token itself or its preimage.</summary>
public sealed record L402Token
{
    private const int MaxRootKeyLength = 4096;

    /// <summary>The source it was read from.</summary>
    public required TokenSource Source { get; init; }

    /// <summary>The location it claims; not covered by its signature.</summary>
    public required string Location { get; init; }

    /// <summary>Version of its identifier; null if it is not an L402 identifier.</summary>
    public int? Version { get; init; }

    /// <summary>Hash of the invoice it is sold for; null if its identifier is not an L402 identifier.</summary>
    public string? PaymentHash => Hash?.Hex;

    /// <summary>Hash of the invoice it is sold for; null if its identifier is not an L402 identifier.</summary>
    internal PaymentHash? Hash { get; init; }

    /// <summary>The token id, 64 hexadecimal digits; null if its identifier is not an L402 identifier.</summary>
    public string? TokenId { get; init; }

    /// <summary>The identifier in hexadecimal digits.</summary>
    public required string IdentifierHex { get; init; }

    /// <summary>Its caveats in the order they were added, as <c>condition=value</c>; the value of a preimage is asterisks.</summary>
    public required IReadOnlyList<string> Caveats { get; init; }

    /// <summary>The services allowed by the effective <c>services</c> caveat; null if there is none.</summary>
    public string? Services { get; init; }

    /// <summary>The capabilities that its caveats allow for its services; empty if there are none.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = Array.Empty<string>();

    /// <summary>Expiry set by its caveats; null if it never expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether its signature is valid under the root key; null without a root key.</summary>
    public bool? IsVerified { get; init; }

    /// <summary><c>preimage:</c> and 16 digits of the accompanying preimage; null when there is none.</summary>
    public string? ProofReference { get; init; }

    /// <summary>Whether its preimage matches the payment hash; null if unknown.</summary>
    public bool? IsPaid { get; init; }

    /// <summary>Amount of the invoice in the challenge, in millisatoshis; null if there is no invoice or no amount.</summary>
    public long? Amount { get; init; }

    /// <summary>The same as <see cref="Amount"/>.</summary>
    public long? AmountMsats => Amount;

    /// <summary>Whether the invoice in the challenge belongs to the token; null if unknown.</summary>
    public bool? IsOfInvoice { get; init; }

    /// <summary>Reads a token, or a header value that contains it, with or without the header's name.</summary>
    /// <param name="text">Base64, base64url or hex; or a value of Authorization or WWW-Authenticate.</param>
    /// <param name="rootKey">Root key to verify the signature with; null for no verification.</param>
    /// <exception cref="L402Exception">The text contains no token; nothing of it is repeated.</exception>
    public static L402Token Read(string text, byte[]? rootKey = null)
    {
        var value = WithoutName(text.Trim());
        if (AuthenticationValue.Preferred(new[] { value }, out _) is null)
        {
            return Describe(TokenSource.Token, Macaroon.Parse(value), rootKey);
        }

        if (L402Authorization.TryParse(value, out var credential, out var unread))
        {
            return FromCredential(credential, rootKey);
        }

        if (L402Challenge.TryParse(value, out var challenge, out var error))
        {
            return FromChallenge(challenge, rootKey);
        }

        // The reason of an unreadable challenge may repeat a part of it.
        throw new L402Exception(value.IndexOf("invoice", StringComparison.OrdinalIgnoreCase) < 0 ? unread : L402Error.Challenge(error.Code, "the challenge cannot be read"));
    }

    /// <summary>The readable content of a parsed token.</summary>
    internal static L402Token From(Macaroon macaroon) => Describe(TokenSource.Token, macaroon, null);

    /// <summary>Reads a root key.</summary>
    /// <param name="hex">Hexadecimal digits of either case.</param>
    /// <exception cref="ConfigException">The text is not hexadecimal; it is not repeated.</exception>
    public static byte[] ReadRootKey(string hex) => hex.Trim() is { Length: > 0 and <= MaxRootKeyLength } digits && HexText.Decode(digits) is { } key
        ? key
        : throw new ConfigException("RootKey", "must be a root key in hexadecimal digits", "Specify the root key in hex, usually 64 digits.");

    /// <summary>What it is for.</summary>
    public override string ToString() => "token " + (TokenId ?? "of an unknown kind") + (Services is null ? string.Empty : " for " + Services);

    private static L402Token FromCredential(L402Authorization credential, byte[]? rootKey)
    {
        var token = Describe(TokenSource.Authorization, Macaroon.Parse(credential.Token), rootKey);
        return token with
        {
            ProofReference = credential.Preimage.ProofReference,
            IsPaid = token.Hash is { } hash ? credential.Preimage.MatchesPaymentHash(hash) : null,
        };
    }

    private static L402Token FromChallenge(L402Challenge challenge, byte[]? rootKey)
    {
        var token = Describe(TokenSource.Challenge, Macaroon.Parse(challenge.Macaroon), rootKey);
        return token with
        {
            Amount = challenge.Amount,
            IsOfInvoice = Bolt11Invoice.TryParse(challenge.Invoice, out var invoice, out _) && token.Hash is { } hash ? hash == invoice.Hash : null,
        };
    }

    private static L402Token Describe(TokenSource source, Macaroon macaroon, byte[]? rootKey)
    {
        L402Identifier.TryParse(macaroon.Identifier.Span, out var identifier, out _);
        return new L402Token
        {
            Source = source,
            Location = PlainText.From(macaroon.Location),
            Version = identifier?.Version,
            Hash = identifier?.PaymentHash,
            TokenId = identifier?.TokenIdHex,
            IdentifierHex = HexText.From(macaroon.Identifier.Span),
            Caveats = macaroon.Caveats.Select(caveat => PlainText.Untrimmed(caveat.ToString())).ToArray(),
            Services = macaroon.FindRestriction("services") is { } services ? PlainText.From(services) : null,
            Capabilities = FindCapabilities(macaroon),
            ExpiresAt = macaroon.FindExpiry(),
            IsVerified = rootKey is null ? null : macaroon.Verify(rootKey),
        };
    }

    private static IReadOnlyList<string> FindCapabilities(Macaroon macaroon) => Lifetime.ServiceNames(macaroon.FindRestriction("services"))
        .SelectMany(name => (macaroon.FindRestriction(name + "_capabilities") ?? string.Empty).Split(','))
        .Where(capability => capability.Length > 0).Select(PlainText.From).ToArray();

    private static string WithoutName(string text)
    {
        foreach (var name in new[] { "Authorization:", "WWW-Authenticate:" })
        {
            if (text.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return text.Substring(name.Length).Trim();
            }
        }

        return text;
    }
}

/// <summary>Source of a token.</summary>
public enum TokenSource
{
    /// <summary>The token alone.</summary>
    Token,

    /// <summary>An Authorization value: the token and a preimage.</summary>
    Authorization,

    /// <summary>A WWW-Authenticate value: the token and an invoice.</summary>
    Challenge,
}
