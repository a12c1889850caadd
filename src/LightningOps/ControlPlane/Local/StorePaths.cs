using System;
using System.IO;
using System.Runtime.InteropServices;

namespace LightningOps.ControlPlane.Local;

/// <summary>Where the local store is when nobody names a file.</summary>
public static class StorePaths
{
    /// <summary>
    /// <c>OA_LIGHTNING_OPS_STORE</c>, else <c>store.db</c> in the user's data directory: <c>$XDG_DATA_HOME/lightningops</c> or
    /// <c>~/.local/share/lightningops</c>, <c>~/Library/Application Support/LightningOps</c>, <c>%LOCALAPPDATA%\LightningOps</c>.
    /// </summary>
    /// <param name="environment">The variables in force.</param>
    /// <exception cref="ConfigException">The user has no data directory.</exception>
    public static string DefaultStorePath(OperatorEnvironment environment) =>
        environment.Find(EnvironmentVariables.Store) ?? Path.Combine(DataDirectory(environment), "store.db");

    private static string DataDirectory(OperatorEnvironment environment)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            return Path.Combine(Known(Environment.SpecialFolder.LocalApplicationData), "LightningOps");
        }

        if (RuntimeInformation.IsOSPlatform(OSPlatform.OSX))
        {
            return Path.Combine(Home(environment), "Library", "Application Support", "LightningOps");
        }

        // The XDG specification has a relative path ignored.
        var data = environment.Find("XDG_DATA_HOME");
        return Path.Combine(data is not null && Path.IsPathRooted(data) ? data : Path.Combine(Home(environment), ".local", "share"), "lightningops");
    }

    private static string Home(OperatorEnvironment environment) =>
        environment.Find("HOME") ?? Known(Environment.SpecialFolder.UserProfile);

    private static string Known(Environment.SpecialFolder folder) =>
        Environment.GetFolderPath(folder) is { Length: > 0 } path
            ? path
            : throw new ConfigException(EnvironmentVariables.Store, "missing required environment variable: this user has no data directory");
}
