using LightningOps.Buyer.Credentials;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Session;

/// <summary>Opens the store of bought credentials that a command means.</summary>
internal static class CredentialStores
{
    /// <param name="path">File the command names; null for that of the settings.</param>
    /// <param name="environment">The settings in force.</param>
    /// <param name="isLooking">Whether nothing is going to be kept: no file is made then.</param>
    public static CredentialStore Open(string? path, OperatorEnvironment environment, bool isLooking = false) => OpenAt(Resolve(path, environment), isLooking);

    /// <summary>The file a command means.</summary>
    /// <param name="path">File the command names; null for that of the settings.</param>
    /// <param name="environment">The settings in force.</param>
    public static string Resolve(string? path, OperatorEnvironment environment) => path ?? StorePaths.DefaultCredentialStorePath(environment);

    /// <summary>The store of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isLooking">Whether nothing is going to be kept: no file is made then.</param>
    public static CredentialStore OpenAt(string path, bool isLooking)
    {
        var options = new CredentialStoreOptions { Path = path };
        return isLooking ? CredentialStore.Existing(options) : new CredentialStore(options);
    }
}
