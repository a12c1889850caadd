using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace LightningOps.L402.Challenges;

/// <summary>A paid credential: the token of a challenge and the preimage of its invoice. Anyone who reads it can use it.</summary>
internal sealed record L402Authorization
{
    /// <summary>Maximum number of characters of all header values together; longer input is rejected unread.</summary>
    public const int MaxLength = L402Challenge.MaxLength;

    private const int PreimageDigits = Preimage.Size * 2;

    private static readonly string[] KnownNames = { "macaroon", "token", "preimage" };

    private L402Authorization(string token, Preimage preimage)
    {
        Token = token;
        Preimage = preimage;
    }

    /// <summary>The token as received in the challenge; a secret once paid.</summary>
    public string Token { get; }

    /// <summary>The proof of payment.</summary>
    public Preimage Preimage { get; }

    /// <summary>A credential of these two.</summary>
    /// <exception cref="L402Exception"><c>token_invalid</c>.</exception>
    public static L402Authorization Create(string token, Preimage preimage) =>
        TryCreate(token, preimage, out var authorization, out var error) ? authorization : throw new L402Exception(error);

    /// <summary>A credential of these two.</summary>
    /// <param name="token">Visible ASCII without white space, comma, quote or backslash, so that it needs no quotes in a header.</param>
    /// <param name="preimage">The proof of payment.</param>
    /// <param name="authorization">The credential.</param>
    /// <param name="error"><c>token_invalid</c>; the token is not repeated.</param>
    public static bool TryCreate(string token, Preimage preimage, [NotNullWhen(true)] out L402Authorization? authorization, [NotNullWhen(false)] out L402Error? error)
    {
        authorization = IsBareWord(token) ? new(token, preimage) : null;
        error = authorization is null ? L402Error.Authorization(L402ErrorCodes.TokenInvalid, "the token contains characters that are not allowed in an Authorization header") : null;
        return authorization is not null;
    }

    /// <summary>Reads an Authorization value of either format and scheme.</summary>
    /// <param name="headerValue">The value.</param>
    /// <param name="authorization">The credential.</param>
    /// <param name="error">Why there is no credential; nothing of the value is repeated.</param>
    public static bool TryParse(string headerValue, [NotNullWhen(true)] out L402Authorization? authorization, [NotNullWhen(false)] out L402Error? error) =>
        TryParse(new[] { headerValue }, out authorization, out error);

    /// <summary>Reads Authorization values. Aperture's own clients send the credential twice, as LSAT and as L402.</summary>
    /// <param name="headerValues">One value per header line.</param>
    /// <param name="authorization">The first L402 credential, else the first LSAT credential.</param>
    /// <param name="error">Why there is no credential; nothing of the values is repeated.</param>
    public static bool TryParse(IEnumerable<string> headerValues, [NotNullWhen(true)] out L402Authorization? authorization, [NotNullWhen(false)] out L402Error? error)
    {
        var values = new List<string>();
        long length = 0;
        foreach (var value in headerValues)
        {
            length += value.Length + 1;
            if (length > MaxLength)
            {
                break;
            }

            values.Add(value);
        }

        var segment = length > MaxLength ? null : AuthenticationValue.Preferred(values, out _);
        authorization = null;
        if (segment is null)
        {
            error = L402Error.Authorization(L402ErrorCodes.AuthorizationMissing, "expected an L402 credential");
            return false;
        }

        if (TryReadParts(segment, out var token, out var digits) && Preimage.TryParse(digits, out var preimage, out _))
        {
            return TryCreate(token, preimage, out authorization, out error);
        }

        error = L402Error.Authorization(L402ErrorCodes.AuthorizationMalformed, "expected `token:preimage`, or macaroon and preimage parameters");
        return false;
    }

    /// <summary>The credential as the value of an Authorization header: a secret.</summary>
    public string ToHeaderValue(L402AuthorizationFormat format = L402AuthorizationFormat.TokenPreimage) => format switch
    {
        L402AuthorizationFormat.Params => "L402 macaroon=" + QuotedText.Quote(Token) + ", preimage=" + QuotedText.Quote(Preimage.Reveal()),
        L402AuthorizationFormat.Lsat => "LSAT " + Token + ":" + Preimage.Reveal(),
        _ => "L402 " + Token + ":" + Preimage.Reveal(),
    };

    /// <summary>The proof reference; neither the token nor the preimage.</summary>
    public override string ToString() => "L402 " + Preimage.ProofReference;

    private static bool TryReadParts(SchemeSegment segment, [NotNullWhen(true)] out string? token, out string? digits)
    {
        var first = segment.Entries[0];
        var colon = first.LastIndexOf(':');
        if (colon > 0 && first.Length - colon - 1 == PreimageDigits && IsBareWord(first))
        {
            token = first.Substring(0, colon);
            digits = first.Substring(colon + 1);
            return segment.Entries.Count == 1;
        }

        token = null;
        digits = null;
        if (!AttributeTexts.TryRead(segment, KnownNames, out var attributes, out _)
            || !attributes.TryRead("macaroon", out var macaroon, out _) || !attributes.TryRead("token", out var other, out _)
            || !attributes.TryRead("preimage", out digits, out _))
        {
            return false;
        }

        token = macaroon ?? other;
        return token is not null && (other is null || token == other);
    }

    private static bool IsBareWord(string token)
    {
        foreach (var character in token)
        {
            if (character is <= ' ' or > '~' or ',' or '"' or '\\')
            {
                return false;
            }
        }

        return token.Length > 0;
    }
}

/// <summary>Format of a credential in the Authorization header.</summary>
public enum L402AuthorizationFormat
{
    /// <summary>
    /// <c>L402 token:preimage</c>: the format of the specification and of Aperture. If the challenge uses only the
    /// scheme LSAT, <c>LSAT token:preimage</c>.
    /// </summary>
    TokenPreimage,

    /// <summary><c>L402 macaroon="…", preimage="…"</c>: the format of some other servers.</summary>
    Params,

    /// <summary>
    /// <c>LSAT token:preimage</c>: the only format accepted by servers from before the scheme was renamed (for
    /// example Tierion/boltwall).
    /// </summary>
    Lsat,
}
