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
using LightningOps.Paywalls;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Writes paywalls to a snapshot file that Import-LightningPaywall reads, in the order of the store. The same paywalls give the same
/// bytes. Archived paywalls of a local store are written, too.
/// </summary>
/// <example>
/// <code>Export-LightningPaywall paywalls.json -Mode Local</code>
/// <para>Keeps a copy of all paywalls.</para>
/// </example>
[Cmdlet(VerbsData.Export, "LightningPaywall", SupportsShouldProcess = true, DefaultParameterSetName = FromStore)]
[OutputType(typeof(FileInfo))]
public sealed class ExportLightningPaywallCommand : ControlPlaneCmdlet
{
    private const string FromStore = "PaywallId";
    private const string FromPipeline = "InputObject";
    private readonly List<Paywall> collected = new();

    /// <summary>File to write, replaced atomically.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Ids of paywalls, wildcards allowed.</summary>
    [Parameter(Position = 1, ParameterSetName = FromStore)]
    [ArgumentCompleter(typeof(PaywallIdCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] PaywallId { get; set; } = ["*"];

    /// <summary>Paywalls to write.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromPipeline, ValueFromPipeline = true)]
    [AllowNull]
    [PaywallTransformation]
    public PaywallInput[] InputObject { get; set; } = [];

    /// <summary>Do not overwrite an existing file; it is an error.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        collected.AddRange(InputObject.Select(static input => input.Read()));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        var file = ResolveFile(Path);
        RequireNoFile(file, NoClobber);
        var paywalls = ParameterSetName == FromPipeline ? collected : await ListAsync(cancellationToken).ConfigureAwait(false);
        if (paywalls is not null && ShouldProcess(file, "Write " + paywalls.Count + (paywalls.Count == 1 ? " paywall" : " paywalls")))
        {
            AtomicFile.Write(file, Encoding.UTF8.GetBytes(PaywallSnapshot.Write(paywalls, indented: true) + "\n"));
            WriteObject(new FileInfo(file));
        }
    }

    /// <summary>The paywalls of the store; null if a requested one is missing, because half a copy would pass for a whole one.</summary>
    private async Task<IReadOnlyList<Paywall>?> ListAsync(CancellationToken cancellationToken)
    {
        using var controlPlane = OpenControlPlaneToRead();
        var all = controlPlane is IPaywallStore store
            ? await store.ListAllPaywallsAsync(cancellationToken).ConfigureAwait(false)
            : await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false);
        var missing = PaywallId.Where(id => !WildcardFilter.IsPattern(id) && all.All(paywall => paywall.PaywallId != id)).ToArray();
        foreach (var id in missing)
        {
            WriteError(ErrorRecords.Create("PaywallNotFound", "No paywall '" + id + "'" + PaywallAuthoringException.DescribeNamed(id, all) + ". Nothing was written.", ErrorCategory.ObjectNotFound, id, "List them with Get-LightningPaywall."));
        }

        var filter = new WildcardFilter(PaywallId);
        return missing.Length > 0 ? null : all.Where(paywall => filter.IsMatch(paywall.PaywallId)).ToArray();
    }
}
