using System;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Gets the tokens that an Aperture sold and has not revoked, over its admin API, newest first. A Payment charge has no token. Credentials
/// that were bought here are those of Get-L402Credential.
/// </summary>
/// <example>
/// <code>Get-ApertureToken admin:https://localhost:8081 -MacaroonPath admin.macaroon -ServiceName pw_weather.*</code>
/// <para>Tokens that open the services of a paywall.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ApertureToken")]
[OutputType(typeof(ApertureToken))]
public sealed class GetApertureTokenCommand : ApertureCmdlet
{
    /// <summary>Ids of tokens, hex, wildcards allowed.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] TokenId { get; set; } = ["*"];

    /// <summary>Services that the tokens open, wildcards allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ServiceNameCompleter))]
    public string[] ServiceName { get; set; } = ["*"];

    /// <summary>Paid, or made where the gateway does not say when it was paid, at this time or later.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Since { get; set; }

    /// <summary>Paid, or made where the gateway does not say when it was paid, before this time.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Until { get; set; }

    /// <summary>At most so many, the newest; all of them by default.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = int.MaxValue;

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var range = TimeRange;
        return ForEachApertureAsync((_, aperture) => ListAsync(aperture, range, cancellationToken));
    }

    private async Task ListAsync(ApertureOperations aperture, TimeRange range, CancellationToken cancellationToken)
    {
        var ids = new WildcardFilter(TokenId);
        var services = new WildcardFilter(ServiceName);
        var isFiltered = IsBound(nameof(TokenId)) || IsBound(nameof(ServiceName)) || !range.IsOpen;
        var tokens = WithWarning(await aperture.ListTokensAsync(isFiltered ? int.MaxValue : First, cancellationToken).ConfigureAwait(false));
        WriteObject(tokens.Where(token => ids.IsMatch(token.TokenId) && services.IsMatch(token.ServiceName) && range.Contains(token.SettledAt ?? token.CreatedAt)).Take(First).ToArray(), enumerateCollection: true);
        foreach (var id in TokenId.Where(id => !WildcardFilter.IsPattern(id) && tokens.All(token => !string.Equals(token.TokenId, id, StringComparison.OrdinalIgnoreCase))))
        {
            WriteError(ErrorRecords.TokenNotFound(id));
        }
    }
}
