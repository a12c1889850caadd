using System.Management.Automation;
using System.Security;
using LightningOps.Gateway.Databases;
using LightningOps.PowerShell.Binding;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet of an Aperture's database and an encrypted copy of it.</summary>
public abstract class ApertureDatabaseCmdlet : LightningOpsCmdlet
{
    /// <summary>The aperture.yaml that names the database, or the SQLite file itself. Wildcards are not expanded.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Database { get; set; } = string.Empty;

    /// <summary>The encrypted copy. Wildcards are not expanded.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>File with the key of the copy; Backup-ApertureDatabase makes it where it is missing. Keep it elsewhere than the copy. On Windows it opens for this user only.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>Passphrase of the copy, in place of -KeyPath.</summary>
    [Parameter]
    [SecretTransformation]
    [ValidateNotNull]
    public SecureString? Key { get; set; }

    /// <summary>The key.</summary>
    /// <exception cref="ConfigException">No key is given, or two.</exception>
    private protected DatabaseKey RequireKey() => (Key, KeyPath) switch
    {
        (not null, null) => DatabaseKey.FromPassphrase(GatewaySettingsCmdlet.ToSecret(Key)!),
        (null, not null) => DatabaseKey.FromFile(ResolveSecretFile(KeyPath)),
        _ => throw new ConfigException(nameof(KeyPath), "name the key of the copy: -KeyPath FILE or -Key PASSPHRASE", "Use one of -KeyPath and -Key."),
    };
}
