using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Settings;
using LightningOps.Status;
using LightningOps.Status.Metrics;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Writes the metrics of a status to a Prometheus text file, atomically, for the textfile collector of node_exporter, and
/// sends them to an OTLP receiver where one is set. A value that is not known has no sample.
/// </summary>
/// <example>
/// <code>Get-L402Status -Mode Local -Gateway prod | Export-L402Metric -Path /var/lib/prometheus/node-exporter/lightningops.prom</code>
/// <para>A file for node_exporter.</para>
/// </example>
/// <example>
/// <code>Get-L402Status -Mode Local -Gateway prod | Export-L402Metric -OtlpEndpoint http://127.0.0.1:4318</code>
/// <para>To a collector on this machine.</para>
/// </example>
[Cmdlet(VerbsData.Export, "L402Metric", SupportsShouldProcess = true)]
[OutputType(typeof(L402Status))]
public sealed class ExportL402MetricCommand : LightningOpsCmdlet
{
    /// <summary>Status to write, from Get-L402Status; the last one wins.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [DeserializedTransformation(typeof(L402Status))]
    public L402Status? InputObject { get; set; }

    /// <summary>File to write; its name ends in .prom for node_exporter. Replaced atomically.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Base URL of an OTLP receiver, HTTP with protobuf. Defaults to OA_LIGHTNING_OPS_OTLP_ENDPOINT; without both nothing is sent.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OtlpEndpoint { get; set; }

    /// <summary>Allow http to an OTLP receiver on another machine.</summary>
    [Parameter]
    public SwitchParameter AllowInsecure { get; set; }

    /// <summary>Write a sample for each owner of a status with owners (Get-L402Status -IncludeOwner).</summary>
    [Parameter]
    public SwitchParameter IncludeOwner { get; set; }

    /// <summary>With -IncludeOwner: maximum number of owners, those with the highest revenue first; 50 by default. Each owner is a time series.</summary>
    [Parameter]
    [ValidateRange(1, 10000)]
    public int OwnerLimit { get; set; } = 50;

    /// <summary>Do not overwrite an existing file; it is an error.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Return the status after the metrics are written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var endpoint = OtlpEndpoint ?? CurrentContext.Environment().Find(EnvironmentVariables.OtlpEndpoint);
        if (Path is null && endpoint is null)
        {
            throw new ConfigException(nameof(Path), "missing: neither a file nor an OTLP receiver is specified", "Specify -Path, -OtlpEndpoint, or " + EnvironmentVariables.OtlpEndpoint + ".");
        }

        var export = new MetricExport(InputObject!, IncludeOwner ? OwnerLimit : 0);
        if (Path is not null)
        {
            var file = ResolveFile(Path);
            RequireNoFile(file, NoClobber);
            if (ShouldProcess(file, "Write metrics"))
            {
                export.WriteFile(file);
                WriteVerbose(FormattableString.Invariant($"Wrote {export.Samples} samples to {file}."));
            }
        }

        if (endpoint is not null && ShouldProcess(endpoint, "Send metrics"))
        {
            await export.SendAsync(endpoint, AllowInsecure, cancellationToken).ConfigureAwait(false);
            WriteVerbose(FormattableString.Invariant($"Sent {export.Samples} samples to {endpoint}."));
        }

        if (PassThru)
        {
            WriteObject(InputObject);
        }
    }
}
