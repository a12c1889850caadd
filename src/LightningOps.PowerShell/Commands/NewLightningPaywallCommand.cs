using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Makes a paywall in the local store from host, path, upstream and price. Ids, name, owner and times have defaults. The compiler checks
/// it among the stored paywalls first; an error lists everything that is wrong, and nothing is then stored. It sells after the next
/// Sync-ApertureConfig.
/// </summary>
/// <example>
/// <code>New-LightningPaywall api.example.com /weather/* https://weather.example.com -PriceSats 5 -Mode Local</code>
/// <para>Sells everything below /weather for 5 satoshis a request.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "LightningPaywall", SupportsShouldProcess = true)]
[OutputType(typeof(Paywall))]
public sealed class NewLightningPaywallCommand : PaywallMembersCmdlet
{
    /// <summary>Host that is sold: a name, a pattern with *, or an expression ^…$.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("HostName")]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(HostPatternCompleter))]
    public string HostPattern { get; set; } = string.Empty;

    /// <summary>Path that is sold: a path, a pattern with *, or an expression ^…$.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string PathPattern { get; set; } = string.Empty;

    /// <summary>URL of the upstream, http or https.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true)]
    [Alias("Upstream")]
    [AllowEmptyString]
    public string UpstreamUrl { get; set; } = string.Empty;

    /// <summary>Id of the paywall. It is part of the service name that tokens hold, so it stays; made by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? PaywallId { get; set; }

    /// <summary>Id of the route; made by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? RouteId { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => WithAuthorAsync(
        mayCreate: true,
        author => ForInputAsync(PaywallId ?? HostPattern + PathPattern, async () =>
        {
            var members = ReadMembers() with { HostPattern = HostPattern, PathPattern = PathPattern, UpstreamUrl = UpstreamUrl, RouteId = RouteId };
            if (IsWhatIf)
            {
                var trial = await author.AddAsync(PaywallId, SessionOwner, members, isTrial: true, cancellationToken).ConfigureAwait(false);
                Warn(trial);
                ShouldProcess(Describe(trial.Paywall), "Add, owner " + trial.Paywall.OwnerId);
            }
            else if (ShouldProcess(HostPattern + PathPattern, "Add paywall"))
            {
                await WriteAsync(await author.AddAsync(PaywallId, SessionOwner, members, isTrial: false, cancellationToken).ConfigureAwait(false), "paywall added").ConfigureAwait(false);
            }
        }),
        cancellationToken);
}
