using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.L402.Challenges;

/// <summary>
/// Reads the challenges of the Payment scheme. Of a parameter there twice, the first counts: nobody on the way can change a
/// value by adding another (Aperture, mpp test vectors). A challenge with a malformed value is left out: its echo would lack
/// what the server bound it to, or its deadline.
/// </summary>
internal static class PaymentChallengeReader
{
    private const string SchemeName = "Payment";

    private static readonly HashSet<string> KnownNames = new(StringComparer.OrdinalIgnoreCase) { "id", "realm", "method", "intent", "request", "expires", "digest", "description", "opaque" };

    /// <summary>The complete challenges in order.</summary>
    public static IReadOnlyList<PaymentChallenge> Read(IEnumerable<string> headerValues) => ChallengeReader.TryCollect(headerValues, out var values)
        ? values.Select(HeaderText.Decode).SelectMany(AuthenticationValue.Split)
            .Where(segment => segment.SchemeName.Equals(SchemeName, StringComparison.OrdinalIgnoreCase) && !segment.IsUnterminated)
            .Select(Read).OfType<PaymentChallenge>().ToArray()
        : Array.Empty<PaymentChallenge>();

    private static PaymentChallenge? Read(SchemeSegment segment)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in segment.Entries)
        {
            var sign = entry.IndexOf('=');
            var name = sign < 0 ? string.Empty : entry.Substring(0, sign).TrimEnd();
            if (!KnownNames.Contains(name) || parameters.ContainsKey(name))
            {
                continue;
            }

            if (AttributeTexts.Unquote(entry.Substring(sign + 1).TrimStart()) is not { } value)
            {
                return null;
            }

            parameters.Add(name, value);
        }

        return Find("id") is { } id && Find("realm") is { } realm && Find("method") is { } method && Find("intent") is { } intent && Find("request") is { } request
            ? new PaymentChallenge
            {
                Id = id,
                Realm = realm,
                Method = method,
                Intent = intent,
                Request = request,
                Expires = Find("expires"),
                Digest = Find("digest"),
                Description = Find("description"),
                Opaque = Find("opaque"),
            }
            : null;

        string? Find(string name) => parameters.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
    }
}
