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
    public static CredentialStore Open(string? path, OperatorEnvironment environment, bool isLooking = false)
    {
        var options = new CredentialStoreOptions { Path = path ?? StorePaths.DefaultCredentialStorePath(environment) };
        return isLooking ? CredentialStore.Existing(options) : new CredentialStore(options);
    }
}
