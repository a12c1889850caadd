using System;
using System.Globalization;

namespace LightningOps.Files;

/// <summary>The account this process runs under, as the operating system knows it; no environment variable changes it.</summary>
internal static class OperatingSystemAccount
{
    /// <summary>user@machine; uid:1000@machine for a user without a name.</summary>
    public static string Name => UserName + "@" + Environment.MachineName;

    // On Unix the runtime asks the password file for the effective user, on Windows the access token.
    private static string UserName =>
        Environment.UserName is { Length: > 0 } name ? name
        : UnixFile.IsUnix ? "uid:" + UnixFile.UserId.ToString(CultureInfo.InvariantCulture)
        : "unknown";
}
