using System.Collections.Generic;
using System.Management.Automation;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Files;
using LightningOps.Json;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Writes objects as JSON in the format of the smokes and artifacts: camel-case members in declared order, enums in
/// lower snake case. Without -Path each input becomes one string.
/// </summary>
/// <example>
/// <code>Invoke-L402Smoke -Name Compile -Mode Mock -Format RouteDocument | Export-Json -Path compile.json -PassThru</code>
/// <para>Keeps the smoke's result as an artifact and passes the result on.</para>
/// </example>
[Cmdlet(VerbsData.Export, "Json", SupportsShouldProcess = true)]
[OutputType(typeof(string))]
public sealed class ExportJsonCommand : LightningOpsCmdlet
{
    private readonly List<object?> collected = new();
    private readonly List<object?> trees = new();

    /// <summary>Object to write: a result, a [pscustomobject], a hashtable, an error record.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, Position = 1)]
    [AllowNull]
    public object? InputObject { get; set; }

    /// <summary>File to write, replaced atomically. Several inputs become an array.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Write an array even for one input or none.</summary>
    [Parameter]
    public SwitchParameter AsArray { get; set; }

    /// <summary>Indent by two spaces per level instead of writing one line.</summary>
    [Parameter]
    public SwitchParameter Indented { get; set; }

    /// <summary>Do not overwrite an existing file; it is an error.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Return the inputs after they are written to -Path.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForInputAsync(InputObject, () =>
    {
        var tree = ToJsonTree(InputObject);
        if (Path is null && !AsArray)
        {
            WriteObject(Serialize(tree));
            return Task.CompletedTask;
        }

        collected.Add(InputObject);
        trees.Add(tree);
        return Task.CompletedTask;
    });

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (trees.Count > 0 || AsArray)
        {
            Write(Serialize(AsArray || trees.Count > 1 ? trees : trees[0]));
        }

        return Task.CompletedTask;
    }

    // JSON is read on terminals too, so texts must not contain characters that move the cursor or change the writing
    // direction.
    private string Serialize(object? value) => TerminalText.Clean(ArtifactJson.Serialize(value, Indented));

    private void Write(string json)
    {
        if (Path is null)
        {
            WriteObject(json);
            return;
        }

        var file = ResolveFile(Path);
        RequireNoFile(file, NoClobber);
        if (ShouldProcess(file, "Write JSON"))
        {
            AtomicFile.Write(file, Encoding.UTF8.GetBytes(json + "\n"));
        }

        if (PassThru)
        {
            WriteObject(collected, enumerateCollection: true);
        }
    }
}
