using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.Smoke;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Runs a smoke and gives its result. A result that is not ok is followed by the error SmokeFailed.
/// </summary>
/// <example>
/// <code>Invoke-L402Smoke -Name Compile -Mode Mock | Export-Json</code>
/// <para>Prints the result as the older service did.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "L402Smoke")]
[OutputType(typeof(CompileSmokeResult))]
public sealed class InvokeL402SmokeCommand : ControlPlaneCmdlet
{
    /// <summary>Smokes to run, in order.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public SmokeName[] Name { get; set; } = [];

    /// <summary>Rendering of a compile.</summary>
    [Parameter]
    public ArtifactFormat Format { get; set; } = ArtifactFormat.Aperture;

    /// <summary>Request the run is recorded under; each smoke has its own default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RequestId { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        foreach (var name in Name)
        {
            await ForInputAsync(name, () => RunAsync(SmokeCatalog.Get(name), cancellationToken)).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(ISmoke smoke, CancellationToken cancellationToken)
    {
        using var controlPlane = OpenControlPlane();
        var request = new SmokeRequest { ControlPlane = controlPlane, Format = Format, RequestId = RequestId };
        var result = await smoke.RunAsync(request, cancellationToken).ConfigureAwait(false);
        WriteObject(result);
        if (!result.Ok)
        {
            WriteError(ErrorRecords.SmokeFailed(smoke.Name.ToString(), "a check did not pass.", result));
        }
    }
}
