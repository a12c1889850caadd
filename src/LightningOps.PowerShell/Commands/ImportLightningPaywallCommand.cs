using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Loads paywalls into the local store: a snapshot file, or paywalls from the pipeline. The store then holds the
/// snapshot and nothing else; with -Merge the paywalls that are not in it stay.
/// </summary>
/// <example>
/// <code>Get-LightningPaywall -Mode Api | Import-LightningPaywall -StorePath copy.db</code>
/// <para>Keeps a copy of a hosted control plane's paywalls.</para>
/// </example>
[Cmdlet(VerbsData.Import, "LightningPaywall", DefaultParameterSetName = FromPipeline, SupportsShouldProcess = true)]
[OutputType(typeof(PaywallImport))]
public sealed class ImportLightningPaywallCommand : ControlPlaneCmdlet
{
    private const string FromFile = "Path";
    private const string FromPipeline = "InputObject";

    private readonly List<Paywall> collected = new();

    /// <summary>Snapshot file: {"paywalls":[…]} or the list itself. Wildcards are not expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FromFile, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Paywalls to load together.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromPipeline, ValueFromPipeline = true)]
    [AllowNull]
    [PaywallTransformation]
    public PaywallInput[] InputObject { get; set; } = [];

    /// <summary>Keep the paywalls of the store that are not in the snapshot.</summary>
    [Parameter]
    public SwitchParameter Merge { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        if (Path is null)
        {
            collected.AddRange(InputObject.Select(static input => input.Read()));
            return;
        }

        await ForInputAsync(Path, async () =>
        {
            var file = InputFileOf(Path);
            using var content = File.OpenRead(file);
            var snapshot = await PaywallSnapshot.ReadAsync(content, file, cancellationToken).ConfigureAwait(false);
            await ImportAsync(snapshot, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken) =>
        ParameterSetName == FromPipeline ? ImportCollectedAsync(cancellationToken) : Task.CompletedTask;

    // An earlier command that failed or found nothing is no order to remove every paywall.
    private Task ImportCollectedAsync(CancellationToken cancellationToken) =>
        collected.Count > 0 || Merge
            ? ImportAsync(collected, cancellationToken)
            : throw new ConfigException(nameof(InputObject), "no paywall came from the pipeline, and nothing was replaced", "To empty the store, import a file that holds [].");

    private async Task ImportAsync(IReadOnlyList<Paywall> snapshot, CancellationToken cancellationToken)
    {
        var mode = Merge ? PaywallImportMode.Merge : PaywallImportMode.Replace;
        var count = FormattableString.Invariant($"{snapshot.Count} paywalls");
        if (!ShouldProcess("Local store", (Merge ? "Merge " : "Replace all by ") + count))
        {
            return;
        }

        using var controlPlane = OpenControlPlane(IsModeGiven ? Mode : ControlPlaneMode.Local);
        if (controlPlane is not IPaywallStore store)
        {
            throw new ConfigException(nameof(Mode), "this control plane takes no snapshots", "Use -Mode Local.");
        }

        WriteObject(await store.ImportPaywallsAsync(snapshot, mode, cancellationToken).ConfigureAwait(false));
    }
}
