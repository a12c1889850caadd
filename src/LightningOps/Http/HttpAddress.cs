using System;

namespace LightningOps.Http;

/// <summary>Checks a configured address before a secret is sent to it.</summary>
internal static class HttpAddress
{
    /// <summary>The URL.</summary>
    /// <param name="field">Name of the setting, for failures.</param>
    /// <param name="text">The URL.</param>
    /// <param name="allowInsecure">Whether plain http may leave this machine.</param>
    /// <exception cref="ConfigException">The URL is not acceptable for a secret.</exception>
    public static Uri Check(string field, string text, bool allowInsecure) =>
        Check(field, text, allowInsecure, allowQuery: true, "user and fragment", "a secret");

    /// <summary>A base URL without trailing slashes, to which paths are appended.</summary>
    /// <param name="field">Name of the setting, for failures.</param>
    /// <param name="text">The URL.</param>
    /// <param name="allowInsecure">Whether plain http may leave this machine.</param>
    /// <param name="remedy">What to do; null for the remedy of a setting.</param>
    /// <exception cref="ConfigException">The URL is not acceptable for the secret.</exception>
    public static string CheckBase(string field, string text, bool allowInsecure, string? remedy = null) =>
        Check(field, text, allowInsecure, allowQuery: false, "user, query and fragment", "the secret", remedy).AbsoluteUri.TrimEnd('/');

    /// <summary>The remedy of a parameter; null for that of a setting.</summary>
    private static string? GetRemedy(string field) => field switch
    {
        "Gateway" => "Specify -Gateway as ops:https://host or admin:https://host:port.",
        "ChallengeUrl" or "ProxyUrl" or "HealthUrl" or "OtlpEndpoint" => "Specify -" + field + " as https://host/path.",
        _ => null,
    };

    private static Uri Check(string field, string text, bool allowInsecure, bool allowQuery, string refused, string secret, string? remedy = null)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            || url.Fragment.Length > 0 || url.UserInfo.Length > 0 || (!allowQuery && url.Query.Length > 0))
        {
            throw new ConfigException(field, "must be an absolute http or https URL without " + refused, remedy ?? GetRemedy(field));
        }

        return url.Scheme != Uri.UriSchemeHttp || url.IsLoopback || allowInsecure
            ? url
            : throw new ConfigException(field, "must be https: over plain http " + secret + " could be read on the way", remedy ?? GetRemedy(field));
    }
}
