using System;
using System.Linq;
using LightningOps.Gateway.Loopback.Http;
using LightningOps.L402;
using LightningOps.L402.Macaroons;

namespace LightningOps.Gateway.Loopback.Credentials;

/// <summary>A macaroon and a preimage as presented by a client, in any format that Aperture reads (l402/header.go, FromHeader).</summary>
internal sealed class PresentedCredential
{
    private const string Authorization = "Authorization";
    private const string PreimageCondition = "preimage";
    private static readonly string[] Schemes = { "LSAT ", "L402 " };
    private static readonly string[] MacaroonHeaders = { "Grpc-Metadata-Macaroon", "Macaroon" };

    private PresentedCredential(Macaroon macaroon, Preimage preimage)
    {
        Macaroon = macaroon;
        Preimage = preimage;
    }

    /// <summary>The macaroon, not verified.</summary>
    public Macaroon Macaroon { get; }

    /// <summary>The preimage.</summary>
    public Preimage Preimage { get; }

    /// <summary>The credential of a request; null when there is none, or it cannot be read.</summary>
    public static PresentedCredential? From(HeaderLines headers)
    {
        if (headers.Find(Authorization) is { Length: > 0 })
        {
            return FromAuthorization(headers);
        }

        foreach (var name in MacaroonHeaders)
        {
            if (headers.Find(name) is { Length: > 0 } value)
            {
                return FromMacaroon(value);
            }
        }

        return null;
    }

    /// <summary>The credential as one Authorization value: a secret.</summary>
    public string ToAuthorization() => "L402 " + Macaroon.ToBase64() + ":" + Preimage.Reveal();

    // Of several lines Aperture uses the last one, even if it is empty.
    private static PresentedCredential? FromAuthorization(HeaderLines headers)
    {
        var values = headers.Values(Authorization);
        return TrySplit(values[values.Count - 1], out var token, out var digits)
            && Base64(token) is { } binary && Macaroon.TryParse(binary, out var macaroon, out _)
            && Preimage.TryParse(digits, out var preimage, out _)
            ? new PresentedCredential(macaroon, preimage)
            : null;
    }

    /// <summary>The two groups of Aperture's <c>(LSAT|L402) (.*?):([a-f0-9]{64})</c>, which is not anchored.</summary>
    private static bool TrySplit(string value, out string token, out string digits)
    {
        token = digits = string.Empty;
        var begin = Array.ConvertAll(Schemes, scheme => value.IndexOf(scheme, StringComparison.Ordinal)).Where(static at => at >= 0).DefaultIfEmpty(-1).Min();
        if (begin < 0)
        {
            return false;
        }

        begin += Schemes[0].Length;
        for (var colon = value.IndexOf(':', begin); colon >= 0; colon = value.IndexOf(':', colon + 1))
        {
            if (HasDigits(value, colon + 1))
            {
                token = value.Substring(begin, colon - begin);
                digits = value.Substring(colon + 1, Preimage.Size * 2);
                return true;
            }
        }

        return false;
    }

    private static bool HasDigits(string value, int at)
    {
        var end = at + (Preimage.Size * 2);
        while (at < end && at < value.Length && value[at] is (>= '0' and <= '9') or (>= 'a' and <= 'f'))
        {
            at++;
        }

        return at == end;
    }

    private static PresentedCredential? FromMacaroon(string value) =>
        HexText.Decode(value) is { } binary && Macaroon.TryParse(binary, out var macaroon, out _)
        && macaroon.FindRestriction(PreimageCondition) is { } digits && Preimage.TryParse(digits, out var preimage, out _)
            ? new PresentedCredential(macaroon, preimage)
            : null;

    // Standard base64 with padding; Aperture reads no other.
    private static byte[]? Base64(string text)
    {
        if (text.Length > Macaroon.MaxLength || text.IndexOfAny([' ', '\t', '\r', '\n']) >= 0)
        {
            return null;
        }

        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
