using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LightningOps.Settings;

namespace LightningOps.Storage;

/// <summary>Location and access mode of the local store.</summary>
public sealed record LocalStoreOptions
{
    /// <summary>The SQLite file; created by the first write with its folders, readable only by this user.</summary>
    public required string Path { get; init; }

    /// <summary>Access mode.</summary>
    public StoreAccess Access { get; init; } = StoreAccess.Write;

    /// <summary>Clock of all recorded times.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Source of randomness for ids.</summary>
    public RandomNumberGenerator Random { get; init; } = RandomNumberGenerator.Create();

    /// <summary>Whether acknowledged data is flushed to the disk; off only if the file need not survive a power failure.</summary>
    internal bool IsDurable { get; init; } = true;

    /// <summary>Maximum wait for another writer.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>Access mode of a store file.</summary>
public enum StoreAccess
{
    /// <summary>Read and write; created by the first write and migrated to the newest schema.</summary>
    Write,

    /// <summary>Read only; a missing file counts as an empty store.</summary>
    Read,

    /// <summary>Read only; a missing file is an error.</summary>
    ReadExisting,
}

/// <summary>Default locations of the local store.</summary>
public static class StorePaths
{
    /// <summary>
    /// <c>OA_LIGHTNING_OPS_STORE</c>, else <c>store.db</c> in the user's data directory: <c>$XDG_DATA_HOME/lightningops</c> or
    /// <c>~/.local/share/lightningops</c>, <c>~/Library/Application Support/LightningOps</c>, <c>%LOCALAPPDATA%\LightningOps</c>.
    /// </summary>
    /// <param name="environment">The current variables.</param>
    /// <exception cref="ConfigException">The user has no data directory.</exception>
    public static string DefaultStorePath(OperatorEnvironment environment) =>
        environment.Find(EnvironmentVariables.Store) ?? Path.Combine(DataDirectory(environment, EnvironmentVariables.Store), "store.db");

    /// <summary><c>OA_LIGHTNING_OPS_CREDENTIAL_STORE</c>, else <c>credentials.db</c> in the user's data directory.</summary>
    /// <param name="environment">The current variables.</param>
    /// <exception cref="ConfigException">The user has no data directory.</exception>
    public static string DefaultCredentialStorePath(OperatorEnvironment environment) =>
        environment.Find(EnvironmentVariables.CredentialStore) ?? Path.Combine(DataDirectory(environment, EnvironmentVariables.CredentialStore), "credentials.db");

    /// <summary><c>registered-gateways.json</c> in the user's data directory. It belongs to the account, not to a store.</summary>
    /// <param name="environment">The current variables.</param>
    /// <exception cref="ConfigException">The user has no data directory.</exception>
    public static string GatewayRegistryPath(OperatorEnvironment environment) =>
        Path.Combine(DataDirectory(environment, EnvironmentVariables.Store), "registered-gateways.json");

    private static string DataDirectory(OperatorEnvironment environment, string setting)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            return Path.Combine(GetKnownFolder(Environment.SpecialFolder.LocalApplicationData, setting), "LightningOps");
        }

        if (RuntimeInformation.IsOSPlatform(OSPlatform.OSX))
        {
            return Path.Combine(Home(environment, setting), "Library", "Application Support", "LightningOps");
        }

        // The XDG specification requires that a relative path is ignored.
        var data = environment.Find("XDG_DATA_HOME");
        return Path.Combine(data is not null && Path.IsPathRooted(data) ? data : Path.Combine(Home(environment, setting), ".local", "share"), "lightningops");
    }

    private static string Home(OperatorEnvironment environment, string setting) =>
        environment.Find("HOME") ?? GetKnownFolder(Environment.SpecialFolder.UserProfile, setting);

    private static string GetKnownFolder(Environment.SpecialFolder folder, string setting) =>
        Environment.GetFolderPath(folder) is { Length: > 0 } path
            ? path
            : throw new ConfigException(setting, "missing required environment variable; this user has no data directory");
}
