using System.IO;
using System.Management.Automation;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Compile;
using LightningOps.Files;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Writes the artifact of a compile to a file atomically. With -BaseConfig every other setting of an existing
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
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private bool written;

    /// <summary>The compile whose artifact is written.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [DeserializedTransformation(typeof(CompileResult))]
    public CompileResult? InputObject { get; set; }

    /// <summary>File to write. A file with settings other than services is replaced only with -BaseConfig.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>An aperture.yaml whose other settings are kept; it may be the output file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BaseConfig { get; set; }

    /// <summary>Do not overwrite an existing file; it is an error.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Return the compile result after it is written.</summary>
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
            throw new ConfigException(nameof(Path), "can hold the artifact of only one compile, but there are several", "Export one compile at a time.");
        }

        var file = ResolveFile(Path);
        RequireNoFile(file, NoClobber);
        if (BaseConfig is null)
        {
            ReplacedConfig.RequireNothingLost(nameof(Path), file, "Keep them with -BaseConfig '" + file.Replace("'", "''") + "', or remove the file first.");
        }

        var content = GetContent(result);
        if (ShouldProcess(file, "Write " + result.ConfigHash))
        {
            // A base configuration may contain passphrases, so only the owner may read the new file; an existing file keeps
            // its mode.
            AtomicFile.Write(file, content, restricted: BaseConfig is not null && !File.Exists(file));
            written = true;
            WriteVerbose("Wrote " + file);
        }

        if (PassThru)
        {
            WriteObject(result);
        }

        return Task.CompletedTask;
    }

    private byte[] GetContent(CompileResult result)
    {
        if (BaseConfig is null)
        {
            return result.Artifact.ToArray();
        }

        if (result.Format != ArtifactFormat.Aperture)
        {
            throw new ConfigException(nameof(BaseConfig), "applies only to an aperture.yaml, but the artifact is a " + result.Format, "Compile with -Format Aperture.");
        }

        var source = ResolveInputFile(BaseConfig);
        var text = ReadText(source);
        var replaced = ServicesSplice.Replace(text, result.ApertureYaml!);
        if (ServicesSplice.DescribeLostComments(source, text, replaced) is { } lost)
        {
            WriteWarning(lost);
        }

        return Utf8.GetBytes(replaced);
    }

    // Not ReadAllText, which would remove a byte order mark and silently change bytes that are not UTF-8.
    private static string ReadText(string file)
    {
        try
        {
            return Utf8.GetString(File.ReadAllBytes(file));
        }
        catch (DecoderFallbackException)
        {
            throw new ConfigException(nameof(BaseConfig), file + " is not UTF-8", "Save the file as UTF-8 and export again.");
        }
    }
}
