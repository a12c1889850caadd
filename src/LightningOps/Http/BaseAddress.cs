using System;

namespace LightningOps.Http;

/// <summary>The base URL of a hosted control plane, checked before a secret is sent to it.</summary>
internal static class BaseAddress
{
    /// <summary>The URL without trailing slashes.</summary>
    /// <param name="field">The environment variable it comes from, named by a failure.</param>
    /// <param name="text">The URL.</param>
    /// <param name="allowInsecure">Whether plain http may leave this machine.</param>
    /// <exception cref="ConfigException">It is no URL the secret may be sent to.</exception>
    public static string Check(string field, string text, bool allowInsecure)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            || url.Query.Length > 0 || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            throw new ConfigException(field, "must be an absolute http or https URL without user info, query and fragment");
        }

        if (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback && !allowInsecure)
        {
            throw new ConfigException(field, "must be https: plain http would expose the secret");
        }

        return url.AbsoluteUri.TrimEnd('/');
    }
}
