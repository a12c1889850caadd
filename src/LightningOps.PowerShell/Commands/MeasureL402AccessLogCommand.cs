using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.Gateway.AccessLogs;
using LightningOps.Gateway.Routing;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Runs the requests of access logs through the planned configuration beside the served one and counts which are newly
/// priced, newly free, lost, dearer or cheaper. Prices are those of a credential bought anew for each request.
/// </summary>
/// <example>
/// <code>Measure-L402AccessLog access.log -ServedPath aperture.yaml -PlannedPath planned.yaml</code>
/// <para>What a planned file changes for the requests of yesterday.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Measure, "L402AccessLog")]
[OutputType(typeof(AccessLogMeasurement))]
public sealed class MeasureL402AccessLogCommand : RouteCmdlet
{
    private readonly List<string> files = new();

    /// <summary>Access logs, read together; gzip is unpacked, whatever the name. Wildcards are not expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Form of the lines: VhostCombined, Combined, Json or Aperture. Auto finds it.</summary>
    [Parameter]
    public AccessLogFormat Format { get; set; } = AccessLogFormat.Auto;

    /// <summary>Host header of requests whose line has none: in the combined format and in Aperture's log. A name beyond ASCII counts as the
    /// punycode that clients send; what is no host is an error.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(HostNameCompleter))]
    public string? HostName { get; set; }

    /// <summary>The aperture.yaml that is served; or name the gateway with -Gateway.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServedPath { get; set; }

    /// <summary>The planned aperture.yaml. Without it and -Compile the paywalls of the control plane are compiled.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PlannedPath { get; set; }

    /// <summary>The planned configuration as a compile, from Invoke-LightningCompile.</summary>
    [Parameter]
    [ValidateNotNull]
    public CompileResult? Compile { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        foreach (var path in Path)
        {
            files.Add(ResolveInputFile(path));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (files.Count == 0)
        {
            return;
        }

        RequireGatewayForSettings();
        var served = await OpenServedAsync(cancellationToken).ConfigureAwait(false);
        var planned = await OpenPlannedAsync(cancellationToken).ConfigureAwait(false);
        WriteObject(AccessLogMeasure.Run(files, Format, HostName, served, planned, cancellationToken));
    }

    private Task<RouteTable> OpenServedAsync(CancellationToken cancellationToken)
    {
        if (ServedPath is not null && Gateway.Length > 0)
        {
            throw new ConfigException(nameof(ServedPath), "is given together with -Gateway", "Specify one of the two.");
        }

        return ServedPath is not null ? Task.FromResult(ReadFile(ServedPath, nameof(ServedPath)))
            : Gateway.Length > 0 ? ReadGatewayAsync(cancellationToken)
            : throw new ConfigException(nameof(Gateway), "missing: the served configuration is not known", "Specify -Gateway, or the file that is served with -ServedPath.");
    }

    private Task<RouteTable> OpenPlannedAsync(CancellationToken cancellationToken)
    {
        if (PlannedPath is not null && Compile is not null)
        {
            throw new ConfigException(nameof(PlannedPath), "is given together with -Compile", "Specify one of the two.");
        }

        return PlannedPath is not null ? Task.FromResult(ReadFile(PlannedPath, nameof(PlannedPath)))
            : Compile is { Valid: false } ? throw new ConfigException(nameof(Compile), "is a compile that is not valid: it has no services", "Correct what its Diagnostics say and compile again.")
            : Compile is not null ? Task.FromResult(RouteTable.FromCompile(Compile))
            : CompileAsync(cancellationToken);
    }
}
