using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>Takes secrets out of what a server says before it becomes part of an error: plainly and as JSON, URLs and HTML would spell them.</summary>
internal sealed class SecretScrubber
{
    private const string Replacement = "***";
    private readonly string[] forms;

    public SecretScrubber(IEnumerable<string> secrets) =>
        forms = secrets
            .Where(secret => secret.Length > 0)
            .SelectMany(FormsOf)
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(form => form.Length)
            .ToArray();

    /// <summary><paramref name="text"/> with every form of every secret replaced.</summary>
    public string Scrub(string text)
    {
        foreach (var form in forms)
        {
            text = text.Replace(form, Replacement);
        }

        return text;
    }

    private static IEnumerable<string> FormsOf(string secret)
    {
        var plainJson = JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
        var asciiJson = JsonEncodedText.Encode(secret, JavaScriptEncoder.Default).ToString();
        foreach (var form in new[] { secret, plainJson, asciiJson })
        {
            yield return form;
            yield return LowerEscapes(form, '\\');

            // PHP's json_encode escapes the slash too.
            yield return form.Replace("/", "\\/");
            yield return LowerEscapes(form, '\\').Replace("/", "\\/");
        }

        yield return WebUtility.HtmlEncode(secret);
        foreach (var form in new[] { Uri.EscapeDataString(secret), WebUtility.UrlEncode(secret) })
        {
            yield return form;
            yield return LowerEscapes(form, '%');
        }

        yield return Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(secret));
    }

    // %2F and \u003C are as often written %2f and \u003c.
    private static string LowerEscapes(string text, char escape)
    {
        var lowered = text.ToCharArray();
        var digits = escape == '%' ? 2 : 5;
        for (var i = 0; i < lowered.Length; i++)
        {
            if (lowered[i] != escape)
            {
                continue;
            }

            for (var digit = i + 1; digit <= i + digits && digit < lowered.Length; digit++)
            {
                lowered[digit] = char.ToLowerInvariant(lowered[digit]);
            }

            i += escape == '\\' && i + 1 < lowered.Length && lowered[i + 1] != 'u' ? 1 : digits;
        }

        return new string(lowered);
    }
}
