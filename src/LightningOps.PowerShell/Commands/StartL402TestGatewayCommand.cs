using System;
using System.Management.Automation;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback;
using LightningOps.Payments.Simulation;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Settings;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Starts a loopback gateway that serves an aperture.yaml like Aperture: it requires payment, verifies credentials,
/// limits rates and forwards requests. Only the Lightning node is simulated: its wallet pays its invoices, and no money
/// moves.
/// </summary>
/// <remarks>
/// It runs in this session until Stop-L402TestGateway, the end of the session, or Remove-Module. A changed file is
/// reloaded. Other commands refer to it with -Gateway loopback; in Local mode it is the default gateway.
/// </remarks>
/// <example>
/// <code>Start-L402TestGateway ./aperture.yaml -Port 8081 -PassThru</code>
/// <para>Serves a file, and reloads it when it changes.</para>
/// </example>
/// <example>
/// <code>Invoke-LightningCompile -Mode Mock | Start-L402TestGateway -Upstream http://127.0.0.1:3000; Sync-ApertureConfig -Mode Local -Gateway loopback</code>
/// <para>Serves a compile in front of one upstream, then rolls the local store's paywalls out to it.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "L402TestGateway", SupportsShouldProcess = true, DefaultParameterSetName = NothingSet)]
[OutputType(typeof(LoopbackGateway))]
public sealed class StartL402TestGatewayCommand : LightningOpsCmdlet
{
    private const string NothingSet = "Nothing";
    private const string FileSet = "File";
    private const string YamlSet = "Yaml";

    /// <summary>The aperture.yaml to serve.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FileSet)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string ConfigPath { get; set; } = string.Empty;

    /// <summary>Text of an aperture.yaml, or a compile from the pipeline. Without it and without a file, the gateway serves nothing until a roll-out.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = YamlSet)]
    [AllowNull]
    [AllowEmptyString]
    public string? ApertureYaml { get; set; }

    /// <summary>Port on loopback; a free one by default.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int Port { get; set; }

    /// <summary>Listen on ::1 instead of 127.0.0.1.</summary>
    [Parameter]
    public SwitchParameter IPv6 { get; set; }

    /// <summary>Upstream for all services, http or https, instead of their own; closed services stay closed.</summary>
    [Parameter]
    public Uri? Upstream { get; set; }

    /// <summary>Reject upstreams with an invalid certificate; Aperture accepts any certificate.</summary>
    [Parameter]
    public SwitchParameter VerifyUpstreamCertificate { get; set; }

    /// <summary>Expiry of invoices, in seconds; 3600 by default.</summary>
    [Parameter]
    [ValidateRange(1, 31536000)]
    public int InvoiceExpirySeconds { get; set; } = 3600;

    /// <summary>
    /// Port on loopback at which other processes can pay the simulated invoices, with the protocol of a wallet executor; 0
    /// for a free port. URL and token are written once to the information stream.
    /// </summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int WalletPort { get; set; }

    /// <summary>Return the gateway: its URL, services, counts, transactions and wallet.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        if (ParameterSetName == YamlSet && string.IsNullOrEmpty(ApertureYaml))
        {
            throw new ConfigException(nameof(ApertureYaml), "is empty; a compile that is not valid has none", "Correct what the Diagnostics of the compile say, and compile again with -Format Aperture.");
        }

        var options = Options();
        var place = (IPv6 ? "[::1]:" : "127.0.0.1:") + (Port == 0 ? "a free port" : Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (!ShouldProcess(place, "Start gateway" + (options.ConfigPath is null ? string.Empty : " for " + options.ConfigPath)))
        {
            return;
        }

        var gateway = await Task.Run(() => LoopbackGateway.Start(options), cancellationToken).ConfigureAwait(false);
        TestGateways.Add(gateway);
        WriteVerbose("Serving " + gateway.Services.Count + " services at " + gateway.Url);
        foreach (var notice in gateway.Notices)
        {
            WriteWarning(notice + ".");
        }

        if (gateway.WalletUrl is { } wallet)
        {
            // In the form that the other process needs.
            WriteHost(EnvironmentVariables.WalletExecutorBaseUrl + "=" + wallet + System.Environment.NewLine + EnvironmentVariables.WalletExecutorAuthToken + "=" + gateway.GetWalletToken());
        }

        if (PassThru)
        {
            WriteObject(gateway);
        }
    }

    private LoopbackGatewayOptions Options() => new()
    {
        ConfigPath = ParameterSetName == FileSet ? ResolveInputFile(ConfigPath) : null,
        ApertureYaml = ParameterSetName == YamlSet ? ApertureYaml : null,
        Address = IPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback,
        Port = Port,
        WalletPort = IsBound(nameof(WalletPort)) ? WalletPort : null,
        Upstream = Upstream,
        VerifyUpstreamCertificates = VerifyUpstreamCertificate,
        Node = new SimulatedLightningNode(new SimulatedNodeOptions { InvoiceExpiry = TimeSpan.FromSeconds(InvoiceExpirySeconds) }),
    };
}
