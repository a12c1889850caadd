using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using LightningOps.Buyer.Credentials;
using LightningOps.Http;
using LightningOps.L402;
using LightningOps.L402.Challenges;

namespace LightningOps.Buyer;

/// <summary>
/// Makes text of a seller safe for errors, warnings and records. A seller may echo the credential it was sent: its
/// token, its preimage or the whole header. The content of an answer is not changed; only what is quoted of it.
/// </summary>
internal static class SellerText
{
    // A longer secret is replaced as it is written, and its pieces by Long: its spellings would make a pattern of megabytes.
    private const int MaxSpelled = 4096;

    // Hexadecimal digits of a preimage, and base64 or base64url of a token, also as URLs and JSON spell its signs.
    private static readonly Regex Long = new(@"[0-9a-fA-F]{64,}|(?:[A-Za-z0-9+/_-]|%[0-9A-Fa-f]{2}|\\/|\\u[0-9A-Fa-f]{4}){80,}=*", RegexOptions.CultureInvariant);

    /// <summary>The text on one line, without secrets.</summary>
    /// <param name="text">Text of the seller.</param>
    /// <param name="credential">The credential that was sent; null if none was, or it is not known.</param>
    public static string Quote(string text, Purchase? credential = null) => Mask(PlainText.From(text), credential);

    /// <summary>Whether the text holds the credential that was sent.</summary>
    public static bool Holds(string text, Purchase? credential) => Remove(text, credential) != text;

    /// <summary>The text without secrets.</summary>
    public static string Mask(string text, Purchase? credential = null) => Long.Replace(Remove(text, credential), SecretScrubber.Replacement);

    private static string Remove(string text, Purchase? credential)
    {
        var secrets = FindSecrets(credential).ToArray();
        var masked = secrets.Where(static secret => secret.Length > MaxSpelled).Aggregate(text, static (safe, secret) => safe.Replace(secret, SecretScrubber.Replacement));
        return new SecretScrubber(secrets.Where(static secret => secret.Length <= MaxSpelled)).Scrub(masked);
    }

    private static IEnumerable<string> FindSecrets(Purchase? credential)
    {
        if (credential?.Secret is not { Preimage: { } preimage } secret)
        {
            yield break;
        }

        if (secret.Scheme == L402Scheme.Payment)
        {
            yield return PaymentCredential.ToHeaderValue(PaymentCredential.FromToken(secret.Token), preimage).Substring("Payment ".Length);
        }

        yield return secret.Token;
        yield return preimage;
        yield return preimage.ToUpperInvariant();
        if (HexText.Decode(preimage) is { } bytes)
        {
            yield return Convert.ToBase64String(bytes);
            yield return Base64UrlText.Encode(bytes);
        }
    }
}
