using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Changes members of paywalls in the local store; all others stay. The compiler checks each paywall among the stored ones first; an
/// error lists everything that is wrong, and nothing of that paywall is then stored. A paywall from the pipeline that was changed since it
/// was read is a conflict. Gateways follow with the next Sync-ApertureConfig.
/// </summary>
/// <example>
/// <code>Set-LightningPaywall pw_weather -PriceSats 7 -Mode Local</code>
/// <para>Changes the price.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "LightningPaywall", SupportsShouldProcess = true)]
[OutputType(typeof(Paywall))]
public sealed class SetLightningPaywallCommand : PaywallMembersCmdlet
{
    /// <summary>Ids of the paywalls.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PaywallIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] PaywallId { get; set; } = [];

    /// <summary>Route that host, path, upstream, timeout and priority are for; needed where the paywall has several.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RouteIdCompleter))]
    public string? RouteId { get; set; }

    /// <summary>Host that is sold.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("HostName")]
    [ArgumentCompleter(typeof(HostPatternCompleter))]
    public string? HostPattern { get; set; }

    /// <summary>Path that is sold.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? PathPattern { get; set; }

    /// <summary>URL of the upstream, http or https.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Upstream")]
    public string? UpstreamUrl { get; set; }

    /// <summary>Host, path and upstream make a new route of the paywall.</summary>
    [Parameter]
    public SwitchParameter AddRoute { get; set; }

    /// <summary>Ids of routes to remove. Tokens sold for them open nothing after the next roll-out.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(RouteIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] RemoveRoute { get; set; } = [];

    /// <summary>Update time that the change is based on, Unix milliseconds; a paywall changed since is a conflict.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyTransformation]
    public long? UpdatedAtMs { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => WithAuthorAsync(
        mayCreate: false,
        async author =>
        {
            var members = ReadMembers() with
            {
                RouteId = RouteId,
                HostPattern = HostPattern,
                PathPattern = PathPattern,
                UpstreamUrl = UpstreamUrl,
                AddsRoute = AddRoute,
                RemovedRoutes = RemoveRoute,
            };
            foreach (var id in PaywallId)
            {
                await ForInputAsync(id, async () =>
                {
                    if (IsWhatIf)
                    {
                        var trial = await author.ChangeAsync(id, members, UpdatedAtMs, isTrial: true, cancellationToken).ConfigureAwait(false);
                        Warn(trial);
                        ShouldProcess(Describe(trial.Paywall), trial.IsChanged ? "Change" : "Change nothing in");
                    }
                    else if (ShouldProcess("paywall " + id, "Change"))
                    {
                        await WriteAsync(await author.ChangeAsync(id, members, UpdatedAtMs, isTrial: false, cancellationToken).ConfigureAwait(false), "paywall changed").ConfigureAwait(false);
                    }
                }).ConfigureAwait(false);
            }
        },
        cancellationToken);
}
