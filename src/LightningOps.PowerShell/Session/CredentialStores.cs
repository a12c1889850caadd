using System.IO;
using LightningOps.Buyer.Credentials;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Registry;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Session;

/// <summary>Opens a command's store of bought credentials: its file, or in Postgres mode with a key the team's.</summary>
internal static class CredentialStores
{
    /// <param name="path">File given to the command; null for that of the settings.</param>
    /// <param name="environment">The effective settings.</param>
    /// <param name="isLooking">Whether the command only reads; then no file is created.</param>
    public static CredentialStore Open(string? path, OperatorEnvironment environment, bool isLooking = false) =>
        path is null && FindTeam(environment) is { } team ? new CredentialStore(team) : OpenAt(Resolve(path, environment), isLooking);

    /// <summary>The file for a command.</summary>
    /// <param name="path">File given to the command; null for that of the settings.</param>
    /// <param name="environment">The effective settings.</param>
    public static string Resolve(string? path, OperatorEnvironment environment) => path ?? StorePaths.DefaultCredentialStorePath(environment);

    /// <summary>The file with the key of a store.</summary>
    /// <param name="path">The file of the store.</param>
    public static string GetKeyFile(string path) => Path.GetFullPath(path) + ".key";

    /// <summary>The store of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isLooking">Whether the command only reads; then no file is created.</param>
    public static CredentialStore OpenAt(string path, bool isLooking)
    {
        var options = new CredentialStoreOptions { Path = path };
        return isLooking ? CredentialStore.Existing(options) : new CredentialStore(options);
    }

    /// <summary>The team's credentials; null without a key or in another mode.</summary>
    /// <param name="environment">The effective settings.</param>
    /// <exception cref="ConfigException">The address of the store is missing.</exception>
    public static TeamCredentialOptions? FindTeam(OperatorEnvironment environment)
    {
        if (environment.Find(EnvironmentVariables.CredentialKey) is not { } key || ControlPlaneSettings.GetMode(environment) != ControlPlaneMode.Postgres)
        {
            return null;
        }

        return new TeamCredentialOptions
        {
            Database = ControlPlaneFactory.CreatePostgresOptions(ControlPlaneSettings.From(environment, ControlPlaneMode.Postgres), environment),
            Key = () => ReadKey(key, environment),
            KeyName = key.IndexOf(':') < 0 ? EnvironmentVariables.CredentialKey : key,
        };
    }

    /// <summary>A key, which has no colon, or the key at a reference.</summary>
    private static string ReadKey(string text, OperatorEnvironment environment)
    {
        if (text.IndexOf(':') < 0)
        {
            return text;
        }

        var reference = SecretReference.Parse(text, null, EnvironmentVariables.CredentialKey);
        switch (reference.Place)
        {
            case SecretPlace.Variable:
                return environment.Find(reference.Name) ?? throw new GatewaySecretException(reference.ToString(), "is not set.");
            case SecretPlace.File:
                SecretFile.Require(reference.Name);
                try
                {
                    return File.ReadAllText(reference.Name);
                }
                catch (System.Exception failure) when (failure is IOException or System.UnauthorizedAccessException)
                {
                    throw new GatewaySecretException(reference.ToString(), "cannot be read: " + failure.Message, failure);
                }

            default:
                // A vault is read once, in the session.
                throw new ConfigException(EnvironmentVariables.CredentialKey, "names a vault, which is asked by Connect-LightningOps", "Run Connect-LightningOps -CredentialKey " + reference + ".");
        }
    }
}
