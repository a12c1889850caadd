using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using LightningOps.ControlPlane.Hosted;

namespace LightningOps.L402.Payments.Http;

/// <summary>Makes what a wallet says fit to be shown: no secret, no control characters, not long.</summary>
internal static class WalletText
{
    private const int LongestCode = 64;
    private const int LongestQuote = 500;
    private const int LongestLookedAt = 16 * 1024;

    // As long as a preimage or longer: it may be one, or a macaroon.
    private static readonly Regex LongHex = new("[0-9a-fA-F]{64,}", RegexOptions.CultureInvariant);

    /// <summary>A reason that may be shown.</summary>
    /// <param name="text">What the wallet said.</param>
    /// <param name="secrets">What must not be in it.</param>
    public static string Quote(string text, IEnumerable<string> secrets)
    {
        var scrubbed = new SecretScrubber(secrets).Scrub(text.Length > LongestLookedAt ? text.Substring(0, LongestLookedAt) : text);
        var plain = PlainText.Of(LongHex.Replace(scrubbed, "***"));
        return plain.Length > LongestQuote ? plain.Substring(0, LongestQuote) + "…" : plain;
    }

    /// <summary>A code of letters, digits, underscores and hyphens; null when it is none.</summary>
    public static string? CodeOf(string? text) =>
        text is { Length: > 0 and <= LongestCode } && text.All(sign => sign is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '-') && !LongHex.IsMatch(text) ? text : null;
}
