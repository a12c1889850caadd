using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Files;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Session;
using LightningOps.PowerShell.Json;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Compiles paywalls to the configuration of a gateway: from the control plane, from a snapshot file, or from the
/// pipeline. Problems in the paywalls are diagnostics on the result; a result without an artifact is followed by the
/// error CompileInvalid. The deployment is recorded in the control plane; for a file or the pipeline only with -Mode.
/// </summary>
/// <example>
/// <code>Invoke-LightningCompile -Path paywalls.json -OutFile aperture.yaml</code>
/// <para>Compiles a snapshot offline and writes the configuration when it is valid.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "LightningCompile", DefaultParameterSetName = FromControlPlane, SupportsShouldProcess = true)]
[OutputType(typeof(CompileResult), typeof(string))]
public sealed class InvokeLightningCompileCommand : ControlPlaneCmdlet
{
    private const string FromControlPlane = "ControlPlane";
    private const string FromFile = "Path";
    private const string FromPipeline = "InputObject";

    private readonly List<Paywall> collected = new();
    private int compiles;

    /// <summary>Snapshot file: {"paywalls":[…]} or the list itself. Wildcards are not expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FromFile, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paywalls to compile, from Get-LightningPaywall or as objects with the same members.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromPipeline, ValueFromPipeline = true)]
    [AllowNull]
    [PaywallTransformation]
    public PaywallInput[] InputObject { get; set; } = [];

    /// <summary>Aperture: Lightning Labs' configuration. RouteDocument: the older service's document, byte for byte.</summary>
    [Parameter]
    public ArtifactFormat Format { get; set; } = ArtifactFormat.Aperture;

    /// <summary>Request id of the deployment; compile:api and so on by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RequestId { get; set; }

    /// <summary>File for the artifact, written atomically. Nothing is written if the compile is not valid. An aperture.yaml with settings other than services is not replaced.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Record a deployment in the control plane. Without it only a control plane named by -Mode Api, Convex or Mock records one; a roll-out records its own.</summary>
    [Parameter]
    public SwitchParameter Record { get; set; }

    /// <summary>The gateway does not serve Aperture's admin API: its reserved paths are warnings, not errors.</summary>
    [Parameter]
    public SwitchParameter NoAdminApi { get; set; }

    /// <summary>Upstreams at loopback and private addresses are errors.</summary>
    [Parameter]
    public SwitchParameter DenyPrivateUpstream { get; set; }

    /// <summary>Return one JSON document per compile, for CI, with ok and diagnosticsCount; {"ok":false,"error":"..."} when nothing was compiled. The error follows it, so that pwsh -Command ends with exit code 1.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    private CompileOptions Options => new()
    {
        Format = Format,
        GatewayHasAdminApi = !NoAdminApi,

        // The operator's own files are judged like the local store.
        PrivateUpstreams = ParameterSetName != FromControlPlane && !IsModeSpecified && !DenyPrivateUpstream ? PrivateUpstreams.Inform : GetPrivateUpstreams(EffectiveMode, DenyPrivateUpstream),
    };

    /// <inheritdoc/>
    protected override Task BeginProcessingAsync(CancellationToken cancellationToken)
    {
        if (OutFile is not null && Format == ArtifactFormat.Aperture)
        {
            var file = ResolveFile(OutFile);
            ReplacedConfig.RequireNothingLost(nameof(OutFile), file, "Keep them: pipe the compile to Export-ApertureConfig -Path '" + file.Replace("'", "''") + "' -BaseConfig '" + file.Replace("'", "''") + "'. Or remove the file first.");
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        if (ParameterSetName == FromPipeline)
        {
            await TellAsync(() =>
            {
                collected.AddRange(InputObject.Select(static input => input.Read()));
                return Task.CompletedTask;
            }).ConfigureAwait(false);
            return;
        }

        if (ParameterSetName == FromControlPlane)
        {
            await TellAsync(() => CompileControlPlaneAsync(cancellationToken)).ConfigureAwait(false);
            return;
        }

        foreach (var path in Path)
        {
            await ForInputAsync(path, () => TellAsync(() => CompileFileAsync(ResolveInputFile(path), cancellationToken))).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(Func<Task> compile)
    {
        try
        {
            await compile().ConfigureAwait(false);
        }
        catch (Exception exception) when (AsJson && ErrorRecords.IsExpected(exception))
        {
            WriteObject(JsonOutput.Failure(exception));
            throw;
        }
    }

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken) =>
        ParameterSetName == FromPipeline ? TellAsync(() => CompileInputAsync(collected, "the pipeline", cancellationToken)) : Task.CompletedTask;

    private async Task CompileFileAsync(string file, CancellationToken cancellationToken)
    {
        using var content = File.OpenRead(file);
        var paywalls = await PaywallSnapshot.ReadAsync(content, file, cancellationToken).ConfigureAwait(false);
        await CompileInputAsync(paywalls, file, cancellationToken).ConfigureAwait(false);
    }

    private async Task CompileInputAsync(IReadOnlyList<Paywall> paywalls, string source, CancellationToken cancellationToken)
    {
        WriteVerbose(FormattableString.Invariant($"Compiling {paywalls.Count} paywalls of {source}"));
        if (!IsModeSpecified)
        {
            if (Format == ArtifactFormat.Aperture)
            {
                WriteWarning("Without -Mode no control plane is read: the global pause and owner kill switches are not applied to the paywalls of " + source + ". Use -Mode to apply them and to record the deployment.");
            }

            Write(PaywallCompiler.Compile(paywalls, Options, cancellationToken));
            return;
        }

        using var controlPlane = OpenControlPlane();
        Write(await RunAsync(controlPlane, () => ControlPlaneCompiler.CompileAsync(controlPlane, paywalls, Options, cancellationToken), cancellationToken).ConfigureAwait(false));
    }

    private async Task CompileControlPlaneAsync(CancellationToken cancellationToken)
    {
        using var controlPlane = OpenControlPlane();
        Write(await RunAsync(controlPlane, () => ControlPlaneCompiler.CompileAsync(controlPlane, Options, cancellationToken), cancellationToken).ConfigureAwait(false));
    }

    private Task<CompileResult> RunAsync(IControlPlane controlPlane, Func<Task<CompileResult>> compile, CancellationToken cancellationToken) =>
        new CompileObserver(Observability).ObserveAsync(
            EffectiveRequestId,
            async () => await RecordAsync(controlPlane, await compile().ConfigureAwait(false), cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Whether to record the compile. Without -Record nothing is recorded, except by commands of the older service,
    /// which record in the control plane they name.
    /// </summary>
    private bool Records => Record || (IsModeSpecified && EffectiveMode != ControlPlaneMode.Local);

    private string EffectiveRequestId => RequestId ?? "compile:" + GetModeName(EffectiveMode);

    private async Task<CompileResult> RecordAsync(IControlPlane controlPlane, CompileResult result, CancellationToken cancellationToken) =>
        Records && ShouldProcess("Control plane " + GetModeName(EffectiveMode), "Record deployment of " + result.ConfigHash)
            ? await ControlPlaneCompiler.RecordAsync(controlPlane, result, EffectiveRequestId, cancellationToken).ConfigureAwait(false)
            : result;

    private void Write(CompileResult result)
    {
        WriteVerbose(FormattableString.Invariant($"{result.RuleCount} rules, {result.Diagnostics.Count} diagnostics, {result.ConfigHash}"));
        compiles++;
        WriteArtifact(result);
        WriteObject(AsJson ? JsonOutput.From(result) : result);
        if (!result.Valid)
        {
            WriteError(ErrorRecords.CompileInvalid(result));
        }
    }

    private void WriteArtifact(CompileResult result)
    {
        if (OutFile is null || !result.Valid)
        {
            return;
        }

        if (compiles > 1)
        {
            throw new ConfigException(nameof(OutFile), "can hold the artifact of only one compile, but there are several", "Compile one snapshot at a time, or pipe the results to Export-ApertureConfig.");
        }

        var file = ResolveFile(OutFile);
        if (ShouldProcess(file, "Write artifact"))
        {
            AtomicFile.Write(file, result.Artifact.ToArray());
        }
    }
}
