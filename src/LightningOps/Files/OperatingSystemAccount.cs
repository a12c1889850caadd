using System;
using System.Globalization;

namespace LightningOps.Files;

/// <summary>The account of this process according to the operating system. No environment variable changes it.</summary>
internal static class OperatingSystemAccount
{
    /// <summary>user@machine; uid:1000@machine for a user without a name.</summary>
    public static string Name => UserName + "@" + Environment.MachineName;

    // On Unix the runtime reads the effective user from the password file, on Windows the access token.
    private static string UserName =>
        Environment.UserName is { Length: > 0 } name ? name
        : UnixFile.IsUnix ? "uid:" + UnixFile.UserId.ToString(CultureInfo.InvariantCulture)
        : "unknown";
}
