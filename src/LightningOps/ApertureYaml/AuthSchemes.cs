using System;

namespace LightningOps.ApertureYaml;

/// <summary>The schemes in an authscheme, which Aperture looks for anywhere in the text (auth/multi_authenticator.go, schemeMatches).</summary>
internal static class AuthSchemes
{
    public const string L402 = "l402";
    public const string Payment = "mpp";

    /// <summary>Whether a service accepts a scheme while the gateway offers both.</summary>
    /// <param name="written">The authscheme; null or empty accepts every scheme.</param>
    /// <param name="scheme">The scheme.</param>
    public static bool Accepts(string? written, string scheme) => string.IsNullOrEmpty(written) || written!.IndexOf(scheme, StringComparison.Ordinal) >= 0;
}
