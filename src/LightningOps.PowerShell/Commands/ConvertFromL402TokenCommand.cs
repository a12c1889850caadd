using System.Management.Automation;
using System.Net;
using System.Security;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Decodes L402 tokens: identifier, payment hash, token id, caveats. The token and its preimage are not in the output.
/// </summary>
/// <example>
/// <code>ConvertFrom-L402Token $response.Headers['WWW-Authenticate']</code>
/// <para>The services and price of a challenge, and whether the invoice belongs to the token.</para>
/// </example>
/// <example>
/// <code>Get-Content credential.txt | ConvertFrom-L402Token -RootKey (Read-Host -AsSecureString)</code>
/// <para>Whether a credential was minted with this key, whether it is paid, and where it is valid.</para>
/// </example>
[Cmdlet(VerbsData.ConvertFrom, "L402Token")]
[OutputType(typeof(L402Token))]
public sealed class ConvertFromL402TokenCommand : LightningOpsCmdlet
{
    /// <summary>
    /// Tokens in base64, base64url or hex; or values of Authorization or WWW-Authenticate, with or without the header's name.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Macaroon")]
    [ValidateNotNullOrEmpty]
    public string[] Token { get; set; } = [];

    /// <summary>Root key in hex, used to verify the signature.</summary>
    [Parameter]
    [SecretTransformation]
    [ValidateNotNull]
    public SecureString? RootKey { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var rootKey = ReadRootKey();
        foreach (var token in Token)
        {
            // The input is a secret, so it is not the target of an error.
            await ForInputAsync(target: null, () =>
            {
                WriteObject(L402Token.Read(token, rootKey));
                return Task.CompletedTask;
            }).ConfigureAwait(false);
        }
    }

    private byte[]? ReadRootKey() =>
        RootKey is null ? null : L402Token.ReadRootKey(new NetworkCredential(string.Empty, RootKey).Password);
}
