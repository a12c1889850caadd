using System;
using System.Linq;
using System.Management.Automation;
using System.Net;
using System.Security;
using LightningOps.Gateway.Registry;
using LightningOps.Settings;

namespace LightningOps.PowerShell.Session;

/// <summary>Reads secrets by their references; vaults are read through modules of the session.</summary>
internal static class SecretVaults
{
    private const string SecretManagement = "param($vault, $name) Microsoft.PowerShell.SecretManagement\\Get-Secret -Vault $vault -Name $name -ErrorAction Stop";
    private const string KeyVault = "param($vault, $name) (Az.KeyVault\\Get-AzKeyVaultSecret -VaultName $vault -Name $name -ErrorAction Stop).SecretValue";

    /// <summary>Whether a secret is read through a module of the session.</summary>
    public static bool NeedsSession(SecretReference reference) => reference.Place is SecretPlace.SecretManagement or SecretPlace.KeyVault;

    /// <summary>A secret of a variable or a file.</summary>
    /// <param name="reference">Reference of the secret.</param>
    /// <param name="isMacaroon">Whether it is a macaroon, which a file may contain in binary; else it is one line of text.</param>
    /// <param name="environment">The current variables.</param>
    /// <exception cref="LightningOpsException">The secret cannot be read.</exception>
    public static SecureString Read(SecretReference reference, bool isMacaroon, OperatorEnvironment environment) => ToSecure(
        reference.Place == SecretPlace.File ? (isMacaroon ? SecretFile.ReadMacaroon(reference.Name) : SecretFile.ReadToken(reference.Name))
        : environment.Find(reference.Name) ?? throw new GatewaySecretException(reference.ToString(), "is not set."));

    /// <summary>A secret of a vault, on the pipeline thread.</summary>
    public static (SecureString? Secret, GatewaySecretException? Failure) Ask(SecretReference reference, CommandInvocationIntrinsics commands)
    {
        var module = reference.Place == SecretPlace.KeyVault ? "Az.KeyVault" : "Microsoft.PowerShell.SecretManagement";
        try
        {
            var script = ScriptBlock.Create(reference.Place == SecretPlace.KeyVault ? KeyVault : SecretManagement);
            var found = commands.InvokeScript(true, script, null, reference.Vault, reference.Name).FirstOrDefault()?.BaseObject;
            return found switch
            {
                SecureString { Length: > 0 } secure => (secure, null),
                string { Length: > 0 } text => (ToSecure(text), null),
                null or SecureString or string => (null, new GatewaySecretException(reference.ToString(), "is not in the vault.")),
                _ => (null, new GatewaySecretException(reference.ToString(), "is neither a text nor a SecureString.")),
            };
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            return (null, failure is CommandNotFoundException
                ? new GatewaySecretException(reference.ToString(), "cannot be asked for: module " + module + " is not installed.", failure)
                : new GatewaySecretException(reference.ToString(), "was not returned by " + module + ": " + failure.Message, failure));
        }
    }

    private static SecureString ToSecure(string text) => new NetworkCredential(string.Empty, text).SecurePassword;
}
