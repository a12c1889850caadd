using System.Management.Automation;
using LightningOps.Buyer.Credentials;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that works on the store of bought credentials.</summary>
public abstract class CredentialStoreCmdlet : LightningOpsCmdlet
{
    /// <summary>File of bought credentials. Defaults to OA_LIGHTNING_OPS_CREDENTIAL_STORE, then a file in the data folder of the user.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CredentialStorePath { get; set; }

    /// <summary>Opens the store, or an empty one if there is no file; the caller disposes it.</summary>
    private protected CredentialStore OpenStore()
    {
        var environment = CurrentContext.Environment();
        var path = CredentialStorePath is null ? null : ResolveFile(CredentialStorePath);
        if (path is null && CredentialStores.FindTeam(environment) is { } team)
        {
            WarnOfPassfile(team.Database.Connection);
        }
        else
        {
            WarnOfExposure(CredentialStores.GetKeyFile(CredentialStores.Resolve(path, environment)));
        }

        return CredentialStores.Open(path, environment, isLooking: true);
    }
}
