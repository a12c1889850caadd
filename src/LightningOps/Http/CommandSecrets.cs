using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace LightningOps.Http;

/// <summary>
/// Removes secrets from the output of a command: the values of the environment variables it inherits that are named like
/// secrets, and what a script that traces its commands prints of headers, tokens, passwords and preimages.
/// </summary>
internal static class CommandSecrets
{
    private const string Replacement = SecretScrubber.Replacement;

    // A shorter value is a word that output may contain by chance.
    private const int MinLength = 6;

    private static readonly Regex SecretName = new("SECRET|TOKEN|PASSW|PASSPHRASE|MACAROON|CREDENTIAL|KEY|PREIMAGE", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static readonly (Regex Pattern, string Replacement)[] Patterns =
    [
        (Pattern(@"\b((?:proxy-)?authorization|cookie|set-cookie|grpc-metadata-macaroon|x-[a-z-]*(?:key|token))(\s*[:=]\s*)[^\r\n]+"), "$1$2" + Replacement),
        (Pattern(@"\b(L402|LSAT|Payment|Bearer|Basic)([ ]+)[A-Za-z0-9+/=_.:~-]{16,}"), "$1$2" + Replacement),
        (Pattern(@"([a-z0-9_.-]*(?:passw(?:or)?d|passphrase|secret|token|macaroon|preimage|(?:api|access|private)_?key))(\s*[=:]\s*|\s+)(?:""[^""\r\n]*""|'[^'\r\n]*'|[^\s""']+)"), "$1$2" + Replacement),
        (Pattern(@"://[^/\s@]*@"), "://" + Replacement + "@"),

        // A preimage or a macaroon; text that long is no hash of a file either.
        (SecretScrubber.LongHex, Replacement),
        (Pattern("[A-Za-z0-9+/_-]{80,}={0,2}"), Replacement),
    ];

    /// <summary>The text without secrets.</summary>
    public static string Scrub(string text)
    {
        var scrubbed = new SecretScrubber(InheritedSecrets()).Scrub(text);
        return Patterns.Aggregate(scrubbed, static (safe, secret) => secret.Pattern.Replace(safe, secret.Replacement));
    }

    private static IEnumerable<string> InheritedSecrets() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(static variable => SecretName.IsMatch((string)variable.Key))
            .Select(static variable => (string?)variable.Value ?? string.Empty)
            .Where(static value => value.Trim().Length >= MinLength)
            .SelectMany(static value => new[] { value, value.Trim() })
            .Distinct(StringComparer.Ordinal);

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
}
