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
        environment.Find(EnvironmentVariables.Store) ?? Path.Combine(DataDirectory(environment, EnvironmentVariables.Store), "store.db");

    /// <summary><c>OA_LIGHTNING_OPS_CREDENTIAL_STORE</c>, else <c>credentials.db</c> in the user's data directory.</summary>
    /// <param name="environment">The variables in force.</param>
    /// <exception cref="ConfigException">The user has no data directory.</exception>
    public static string DefaultCredentialStorePath(OperatorEnvironment environment) =>
        environment.Find(EnvironmentVariables.CredentialStore) ?? Path.Combine(DataDirectory(environment, EnvironmentVariables.CredentialStore), "credentials.db");

    private static string DataDirectory(OperatorEnvironment environment, string setting)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            return Path.Combine(Known(Environment.SpecialFolder.LocalApplicationData, setting), "LightningOps");
        }

        if (RuntimeInformation.IsOSPlatform(OSPlatform.OSX))
        {
            return Path.Combine(Home(environment, setting), "Library", "Application Support", "LightningOps");
        }

        // The XDG specification has a relative path ignored.
        var data = environment.Find("XDG_DATA_HOME");
        return Path.Combine(data is not null && Path.IsPathRooted(data) ? data : Path.Combine(Home(environment, setting), ".local", "share"), "lightningops");
    }

    private static string Home(OperatorEnvironment environment, string setting) =>
        environment.Find("HOME") ?? Known(Environment.SpecialFolder.UserProfile, setting);

    private static string Known(Environment.SpecialFolder folder, string setting) =>
        Environment.GetFolderPath(folder) is { Length: > 0 } path
            ? path
            : throw new ConfigException(setting, "missing required environment variable: this user has no data directory");
}
