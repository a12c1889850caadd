using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using LightningOps.Http;
using LightningOps.L402;

namespace LightningOps.Payments;

/// <summary>Makes a wallet's text safe to display: no secret, no control characters, limited length.</summary>
internal static class WalletErrorText
{
    private const int MaxCodeLength = 64;
    private const int MaxQuoteLength = 500;
    private const int MaxScannedLength = 16 * 1024;

    /// <summary>A reason that may be shown.</summary>
    /// <param name="text">Text of the wallet.</param>
    /// <param name="secrets">Values that must not be in it.</param>
    public static string Quote(string text, IEnumerable<string> secrets)
    {
        var scrubbed = new SecretScrubber(secrets).Scrub(text.Length > MaxScannedLength ? text.Substring(0, MaxScannedLength) : text);
        return SecretScrubber.Shorten(PlainText.From(SecretScrubber.LongHex.Replace(scrubbed, SecretScrubber.Replacement)), MaxQuoteLength);
    }

    /// <summary>An id of the wallet. It may be long hex, for example a payment hash; only secrets are replaced in it.</summary>
    /// <param name="id">The id.</param>
    /// <param name="preimage">The preimage of the payment.</param>
    /// <param name="secrets">Values that must not be in it.</param>
    public static string QuoteId(string id, Preimage preimage, IEnumerable<string> secrets)
    {
        var scrubbed = new SecretScrubber(secrets).Scrub(id);
        return PlainText.From(Regex.Replace(scrubbed, preimage.Reveal(), SecretScrubber.Replacement, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant));
    }

    /// <summary>Scheme, host and port of a URL.</summary>
    /// <param name="url">The URL of the wallet.</param>
    public static string GetAddress(string url) => new Uri(url).GetLeftPart(UriPartial.Authority);

    /// <summary>A reason that names the address that was asked: another program may listen there.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="address">Scheme, host and port.</param>
    public static string WithAddress(string reason, string address) => reason.Contains(address) ? reason : reason + " (asked at " + address + ")";

    /// <summary>A code of letters, digits, underscores and hyphens; null when it is none.</summary>
    public static string? ToCode(string? text) =>
        text is { Length: > 0 and <= MaxCodeLength } && text.All(sign => sign is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '-') && !SecretScrubber.LongHex.IsMatch(text) ? text : null;
}
