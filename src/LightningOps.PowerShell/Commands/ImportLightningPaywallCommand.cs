using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Authoring;
using LightningOps.ControlPlane;
using LightningOps.Files;
using LightningOps.Gateway;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Session;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Loads paywalls into the local store: a snapshot file, or paywalls from the pipeline. The store then contains exactly
/// the snapshot; with -Merge, paywalls that are not in it are kept. If paywalls would be removed, it asks first, and
/// the previous paywalls are saved to a file in the folder of the store. With -FromGateway paywalls are made of what a
/// gateway serves and added to the store: service name, order and every member are kept, so that the next roll-out
/// changes nothing and tokens sold before still open. What cannot be expressed as a paywall stays at the gateway as it is.
/// </summary>
/// <example>
/// <code>Get-LightningPaywall -Mode Api | Import-LightningPaywall -StorePath copy.db</code>
/// <para>Keeps a copy of a hosted control plane's paywalls.</para>
/// </example>
/// <example>
/// <code>Import-LightningPaywall -FromGateway file:/etc/aperture/aperture.yaml -Mode Local</code>
/// <para>Makes paywalls of a file that was written by hand.</para>
/// </example>
[Cmdlet(VerbsData.Import, "LightningPaywall", DefaultParameterSetName = FromPipeline, SupportsShouldProcess = true)]
[OutputType(typeof(PaywallImport), typeof(AdoptedPaywalls))]
public sealed class ImportLightningPaywallCommand : GatewayCmdlet
{
    private const string FromFile = "Path";
    private const string FromPipeline = "InputObject";
    private const string FromPlace = "FromGateway";
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

    /// <summary>Gateway whose services become paywalls: file:PATH, admin:https://host:port or loopback, or a hashtable with the settings of that gateway.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromPlace)]
    [ArgumentCompleter(typeof(GatewayCompleter))]
    [ValidateNotNull]
    [GatewayTransformation]
    public GatewayArgument FromGateway { get; set; } = null!;

    /// <summary>Owner of the paywalls made of services; that of Connect-LightningOps -OwnerId by default.</summary>
    [Parameter(ParameterSetName = FromPlace)]
    [ArgumentCompleter(typeof(OwnerIdCompleter))]
    [ValidateNotNullOrEmpty]
    [OwnerId]
    public string? OwnerId { get; set; }

    /// <summary>Keep the paywalls of the store that are not in the snapshot.</summary>
    [Parameter(ParameterSetName = FromFile)]
    [Parameter(ParameterSetName = FromPipeline)]
    public SwitchParameter Merge { get; set; }

    /// <summary>Remove paywalls that are not in the snapshot without asking.</summary>
    [Parameter(ParameterSetName = FromFile)]
    [Parameter(ParameterSetName = FromPipeline)]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        if (ParameterSetName == FromPlace)
        {
            await AdoptAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        if (GatewaySettings.FirstOrDefault(IsBound) is { } setting)
        {
            throw new ConfigException(setting, "requires -FromGateway", "Omit -" + setting + ", or name a gateway with -FromGateway.");
        }

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

    // An earlier command that failed or found nothing must not remove every paywall.
    private Task ImportCollectedAsync(CancellationToken cancellationToken) =>
        collected.Count > 0 || Merge
            ? ImportAsync(collected, cancellationToken)
            : throw new ConfigException(nameof(InputObject), "no paywalls were received from the pipeline; nothing was replaced", "To empty the store, import a file that contains [].");

    /// <summary>Snapshots are imported into the team's store if the session has one, else into the local store.</summary>
    private ControlPlaneMode Plane => IsBound(nameof(Mode)) ? Mode : SessionMode == ControlPlaneMode.Postgres ? ControlPlaneMode.Postgres : ControlPlaneMode.Local;

    private async Task AdoptAsync(CancellationToken cancellationToken)
    {
        using var controlPlane = OpenControlPlane(Plane);
        using var gateways = OpenGateways([FromGateway], Plane, StoreAccess.Read);
        var adoption = new PaywallAdoption(controlPlane);
        var owner = OwnerId ?? EffectiveEnvironment.Find(EnvironmentVariables.OwnerId) ?? SettingDefinition.DefaultOwner;
        var adopted = await adoption.PrepareAsync(gateways.All[0], owner, cancellationToken).ConfigureAwait(false);
        foreach (var warning in GetWarnings(adopted))
        {
            WriteWarning(adopted.Gateway + ": " + warning);
        }

        foreach (var endpoint in ServedServices.GetEndpoints(gateways.All[0]))
        {
            if (await ServedServices.FindStartFaultAsync(endpoint, cancellationToken).ConfigureAwait(false) is { } fault)
            {
                WriteWarning(endpoint.Name + ": " + fault);
            }
        }

        if (ShouldProcess("Local store", FormattableString.Invariant($"Add {DescribeCount(adopted.Paywalls.Count)} of {adopted.Gateway}: {string.Join(", ", adopted.Paywalls.Take(MaxNames).Select(static paywall => paywall.Name))}")))
        {
            var deed = new JournalDraft
            {
                Kind = JournalKind.Import,
                Action = DescribeCount(adopted.Paywalls.Count) + " adopted",
                Gateway = adopted.Gateway,
                Detail = string.Join(", ", adopted.Paywalls.Take(MaxNames).Select(static paywall => paywall.PaywallId)),
            };
            await JournalAsync(Plane, deed, async () =>
            {
                await adoption.StoreAsync(adopted, cancellationToken).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
            WriteObject(adopted);
        }
    }

    private static string DescribeCount(int paywalls) => FormattableString.Invariant($"{paywalls} paywall{(paywalls == 1 ? string.Empty : "s")}");

    private static IEnumerable<string> GetWarnings(AdoptedPaywalls adopted)
    {
        if (adopted.Evidence == LiveEvidence.NotKnown)
        {
            yield return "the services are those of the file. It is not known whether the gateway has loaded it.";
        }

        if (!adopted.IsComplete)
        {
            yield return "rate limits, rewrite, headers and lifetime are not known here. They stay as they are until Aperture restarts after a change.";
        }

        foreach (var foreign in adopted.Foreign)
        {
            yield return "service " + foreign.Name + " was not adopted and stays as it is: " + foreign.Reason.TrimEnd('.') + ".";
        }
    }

    private async Task ImportAsync(IReadOnlyList<Paywall> snapshot, CancellationToken cancellationToken)
    {
        PaywallAuthor.RequireIds(snapshot);
        PaywallAuthor.RequireNoUserInfo(snapshot);
        var mode = Merge ? PaywallImportMode.Merge : PaywallImportMode.Replace;
        var count = DescribeCount(snapshot.Count);
        if (!ShouldProcess("Local store", (Merge ? "Merge " : "Replace all paywalls with ") + count))
        {
            return;
        }

        var plane = Plane;
        using var controlPlane = OpenControlPlane(plane);
        if (controlPlane is not IPaywallStore store)
        {
            throw new ConfigException(nameof(Mode), "this control plane does not accept snapshots", "Use -Mode Local or Postgres.");
        }

        if (!Merge && !await MayRemoveAsync(controlPlane, plane, snapshot, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var deed = new JournalDraft { Kind = JournalKind.Import, Action = (Merge ? "merged " : "replaced all paywalls with ") + count, Subject = Path };
        WriteObject(await JournalAsync(plane, deed, () => store.ImportPaywallsAsync(snapshot, mode, cancellationToken)).ConfigureAwait(false));
    }

    /// <summary>Names the paywalls to remove, asks for confirmation, and saves the replaced paywalls.</summary>
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

        WriteWarning("The previous paywalls were saved to " + ReplacedPaywalls.Save(EffectiveEnvironment, plane, stored) + ". Import-LightningPaywall restores them.");
        return true;
    }
}
