using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Stops loopback gateways of this session: they accept no further requests, and running requests have five seconds to
/// finish. Without a URL it stops the only running gateway; if several run, it requires a URL or -All.
/// </summary>
/// <example>
/// <code>Stop-L402TestGateway</code>
/// <para>Stops the gateway of the session.</para>
/// </example>
/// <example>
/// <code>Get-L402TestGateway | Stop-L402TestGateway</code>
/// <para>Stops them all; so does Stop-L402TestGateway -All.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "L402TestGateway", SupportsShouldProcess = true, DefaultParameterSetName = UrlSet)]
[OutputType(typeof(void))]
public sealed class StopL402TestGatewayCommand : LightningOpsCmdlet
{
    private const string UrlSet = "Url";
    private const string ObjectSet = "InputObject";
    private const string AllSet = "All";

    /// <summary>URLs of the gateways to stop.</summary>
    [Parameter(Position = 0, ParameterSetName = UrlSet)]
    [ArgumentCompleter(typeof(RunningGatewayCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Url { get; set; } = [];

    /// <summary>Gateways to stop.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ObjectSet)]
    [ValidateNotNull]
    public LoopbackGateway[] InputObject { get; set; } = [];

    /// <summary>Stop all gateways of this session.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AllSet)]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        foreach (var gateway in Chosen())
        {
            if (ShouldProcess(gateway.Url, "Stop gateway"))
            {
                await gateway.StopAsync().ConfigureAwait(false);
                gateway.Dispose();
            }
        }
    }

    private IReadOnlyList<LoopbackGateway> Chosen()
    {
        var running = TestGateways.All;
        return ParameterSetName switch
        {
            ObjectSet => InputObject,
            AllSet => All ? running : [],
            _ when Url.Length > 0 => Url.Select(url => Find(running, url)).ToArray(),
            _ => running.Count == 1 ? running : throw new ConfigException(
                nameof(Url),
                running.Count == 0 ? "no loopback gateway runs in this session" : "several loopback gateways run in this session",
                running.Count == 0 ? "Start one with Start-L402TestGateway." : "Specify one, or use -All: " + string.Join(", ", running) + "."),
        };
    }

    private static LoopbackGateway Find(IReadOnlyList<LoopbackGateway> running, string url) =>
        running.FirstOrDefault(gateway => string.Equals(gateway.Url, url.TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
        ?? throw new ConfigException(nameof(Url), "no loopback gateway runs at " + url + " in this session", "List them with Get-L402TestGateway.");
}
