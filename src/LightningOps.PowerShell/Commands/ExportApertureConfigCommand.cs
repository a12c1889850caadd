using System.IO;
using System.Management.Automation;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts;
using LightningOps.Compile;
using LightningOps.Gateway.ApertureFile;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Writes the artifact of a compile to a file, whole or not at all. With -BaseConfig every other setting of an existing
/// aperture.yaml is kept, byte for byte, and only its services are replaced. A compile without an artifact is refused.
/// </summary>
/// <example>
/// <code>Invoke-LightningCompile -Mode Api | Export-ApertureConfig -Path aperture.yaml -BaseConfig aperture.yaml</code>
/// <para>Replaces the services of a running configuration.</para>
/// </example>
[Cmdlet(VerbsData.Export, "ApertureConfig", SupportsShouldProcess = true)]
[OutputType(typeof(CompileResult))]
public sealed class ExportApertureConfigCommand : LightningOpsCmdlet
{
    private bool written;

    /// <summary>The compile whose artifact is written.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public CompileResult? InputObject { get; set; }

    /// <summary>File to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>An aperture.yaml whose other settings are kept; it may be the file to write.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BaseConfig { get; set; }

    /// <summary>Pass the compile on once it is written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var result = InputObject!;
        if (!result.Valid)
        {
            WriteError(ErrorRecords.CompileInvalid(result));
            return Task.CompletedTask;
        }

        if (written)
        {
            throw new ConfigException(nameof(Path), "holds the artifact of one compile, and there are several", "Export one compile at a time.");
        }

        var file = FileOf(Path);
        var content = ContentOf(result);
        if (ShouldProcess(file, "Write " + result.ConfigHash))
        {
            AtomicFile.Write(file, content);
            written = true;
            WriteVerbose("Wrote " + file);
        }

        if (PassThru)
        {
            WriteObject(result);
        }

        return Task.CompletedTask;
    }

    private byte[] ContentOf(CompileResult result)
    {
        if (BaseConfig is null)
        {
            return result.Artifact.ToArray();
        }

        if (result.Format != ArtifactFormat.Aperture)
        {
            throw new ConfigException(nameof(BaseConfig), "keeps the settings of an aperture.yaml, and this is a " + result.Format, "Compile with -Format Aperture.");
        }

        // Not ReadAllText, which would take a byte order mark off.
        var existing = Encoding.UTF8.GetString(File.ReadAllBytes(FileOf(BaseConfig)));
        return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(ServicesSplice.Replace(existing, result.ApertureYaml!));
    }
}
