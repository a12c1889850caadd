using System;

namespace LightningOps.Http;

/// <summary>An address of a gateway, checked before a secret is sent to it.</summary>
internal static class GatewayAddress
{
    /// <summary>The URL.</summary>
    /// <param name="field">Where it is set, named by a failure.</param>
    /// <param name="text">The URL.</param>
    /// <param name="allowInsecure">Whether plain http may leave this machine.</param>
    /// <exception cref="ConfigException">It is no URL a secret may be sent to.</exception>
    public static Uri Check(string field, string text, bool allowInsecure)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
            || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            throw new ConfigException(field, "must be an absolute http or https URL without user info and fragment");
        }

        if (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback && !allowInsecure)
        {
            throw new ConfigException(field, "must be https: plain http would expose a secret");
        }

        return url;
    }
}
