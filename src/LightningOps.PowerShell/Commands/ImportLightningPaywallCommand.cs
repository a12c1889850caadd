using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Files;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Loads paywalls into the local store: a snapshot file, or paywalls from the pipeline. The store then contains exactly
/// the snapshot; with -Merge, paywalls that are not in it are kept. If paywalls would be removed, it asks first, and
/// the previous paywalls are saved to a file in the folder of the store.
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
    private const int MaxNames = 20;

    private readonly List<Paywall> collected = new();

    /// <summary>Snapshot file: {"paywalls":[…]} or the list itself. Wildcards are not expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FromFile, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Paywalls to load.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromPipeline, ValueFromPipeline = true)]
    [AllowNull]
    [PaywallTransformation]
    public PaywallInput[] InputObject { get; set; } = [];

    /// <summary>Keep the paywalls of the store that are not in the snapshot.</summary>
    [Parameter]
    public SwitchParameter Merge { get; set; }

    /// <summary>Remove paywalls that are not in the snapshot without asking.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

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
            var file = ResolveInputFile(Path);
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
            : throw new ConfigException(nameof(InputObject), "no paywalls were received from the pipeline; nothing was replaced", "To empty the store, import a file that contains [].");

    private async Task ImportAsync(IReadOnlyList<Paywall> snapshot, CancellationToken cancellationToken)
    {
        var mode = Merge ? PaywallImportMode.Merge : PaywallImportMode.Replace;
        var count = FormattableString.Invariant($"{snapshot.Count} paywall{(snapshot.Count == 1 ? string.Empty : "s")}");
        if (!ShouldProcess("Local store", (Merge ? "Merge " : "Replace all paywalls with ") + count))
        {
            return;
        }

        var plane = IsModeSpecified ? Mode : ControlPlaneMode.Local;
        using var controlPlane = OpenControlPlane(plane);
        if (controlPlane is not IPaywallStore store)
        {
            throw new ConfigException(nameof(Mode), "this control plane does not accept snapshots", "Use -Mode Local.");
        }

        if (!Merge && !await MayRemoveAsync(controlPlane, plane, snapshot, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        WriteObject(await store.ImportPaywallsAsync(snapshot, mode, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Names the paywalls that go, asks unless nobody wants to be asked of what is of high impact, and keeps what is replaced.</summary>
    private async Task<bool> MayRemoveAsync(IControlPlane controlPlane, ControlPlaneMode plane, IReadOnlyList<Paywall> snapshot, CancellationToken cancellationToken)
    {
        var stored = await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false);
        var staying = new HashSet<string>(snapshot.Select(static paywall => paywall.PaywallId), StringComparer.Ordinal);
        var going = stored.Where(paywall => !staying.Contains(paywall.PaywallId)).ToArray();
        if (going.Length == 0)
        {
            return true;
        }

        var names = string.Join(", ", going.Take(MaxNames).Select(static paywall => paywall.Name + " (" + paywall.PaywallId + ")")) + (going.Length > MaxNames ? ", …" : string.Empty);
        var asks = ConfirmThreshold is not ConfirmImpact.None && ConfirmThreshold <= ConfirmImpact.High;
        if (asks && !Force && !ShouldContinue(FormattableString.Invariant($"{going.Length} paywall{(going.Length == 1 ? " is" : "s are")} not in the snapshot and will be removed: {names}. Use -Merge to keep them."), "Remove paywalls"))
        {
            return false;
        }

        if (plane == ControlPlaneMode.Local)
        {
            KeepReplaced(stored);
        }

        return true;
    }

    private void KeepReplaced(IReadOnlyList<Paywall> stored)
    {
        var store = StorePaths.DefaultStorePath(EffectiveEnvironment);
        var file = FormattableString.Invariant($"{store}.replaced-{DateTime.UtcNow:yyyyMMddTHHmmssfffZ}.json");
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(ArtifactJson.Serialize(new Dictionary<string, object> { ["paywalls"] = stored }, indented: true) + "\n"), restricted: true);
        WriteWarning("The previous paywalls were saved to " + file + ". Import-LightningPaywall restores them.");
    }
}
