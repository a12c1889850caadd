using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Checks an aperture.yaml offline against Aperture's own rules. The report has Starts (Aperture
/// starts with it), Valid (and nothing fails, is free or is lost once it runs) and, for each thing found, code,
/// severity, line, column and remedy.
/// </summary>
/// <example>
/// <code>if (-not (Test-ApertureConfig aperture.yaml -Quiet)) { exit 1 }</code>
/// <para>Stops a pipeline before a file is rolled out that is not valid.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "ApertureConfig", DefaultParameterSetName = FromFile)]
[OutputType(typeof(ApertureConfigReport), typeof(bool))]
public sealed class TestApertureConfigCommand : LightningOpsCmdlet
{
    private const string FromFile = "Path";
    private const string FromContent = "Content";

    private readonly List<string> lines = new();

    /// <summary>Files to check. Wildcards are not expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FromFile, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Text to check: one string, the lines of Get-Content, or a compile result.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromContent, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ApertureYaml")]
    [AllowEmptyString]
    public string[] Content { get; set; } = [];

    /// <summary>The versions of Aperture the file is for: v0.5.0, main (the branch after it), or both, which is the default.</summary>
    [Parameter]
    [ValidateSet("v0.5.0", "main")]
    public string[] ApertureVersion { get; set; } = ["v0.5.0", "main"];

    /// <summary>Only whether the file is valid.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private ApertureVersions Versions => ApertureVersion.Aggregate(
        ApertureVersions.None,
        static (versions, name) => versions | (name.Equals("main", StringComparison.OrdinalIgnoreCase) ? ApertureVersions.Main : ApertureVersions.V050));

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        if (ParameterSetName == FromContent)
        {
            lines.AddRange(Content);
            return;
        }

        foreach (var path in Path)
        {
            await ForInputAsync(path, () =>
            {
                var file = ResolveInputFile(path);
                Write(ApertureConfigCheck.Check(File.ReadAllBytes(file), Versions, cancellationToken), file);
                return Task.CompletedTask;
            }).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        if (ParameterSetName == FromContent)
        {
            // Get-Content removes the line ends; a single string keeps its own.
            var text = lines.Count == 1 ? lines[0] : string.Join("\n", lines) + "\n";
            Write(ApertureConfigCheck.Check(text, Versions, cancellationToken), null);
        }

        return Task.CompletedTask;
    }

    private void Write(ApertureConfigReport report, string? file)
    {
        if (Quiet)
        {
            WriteObject(report.Valid);
            return;
        }

        var output = PSObject.AsPSObject(report);
        output.Properties.Add(new PSNoteProperty("File", file));
        WriteObject(output);
    }
}
