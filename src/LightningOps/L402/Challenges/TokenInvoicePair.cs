using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.L402.Bolt11;

namespace LightningOps.L402.Challenges;

/// <summary>The short form of a challenge, <c>L402 &lt;token&gt;:&lt;invoice&gt;</c>.</summary>
internal static class TokenInvoicePair
{
    private const string InvoiceStart = "ln";

    /// <summary>The segment with the pair as its two attributes; the same segment when it has no pair.</summary>
    public static SchemeSegment Unfold(SchemeSegment segment)
    {
        var first = segment.Entries[0];
        var colon = first.IndexOf(':');
        if (colon <= 0 || !IsToken(first.Substring(0, colon)))
        {
            return segment;
        }

        var invoice = InvoiceUri.Unwrap(first.Substring(colon + 1));
        if (!invoice.StartsWith(InvoiceStart, StringComparison.OrdinalIgnoreCase))
        {
            return segment;
        }

        var pair = new[] { "token=" + QuotedText.Quote(first.Substring(0, colon)), "invoice=" + QuotedText.Quote(invoice) };
        return segment with { Entries = new List<string>(pair.Concat(segment.Entries.Skip(1))) };
    }

    // An equals sign ends base64. One within the word belongs to an attribute, whose value may contain a colon as
    // well.
    private static bool IsToken(string text) => AuthenticationValue.IsToken(text.Replace("/", string.Empty).Replace("=", string.Empty)) && text.TrimEnd('=').IndexOf('=') < 0;
}
