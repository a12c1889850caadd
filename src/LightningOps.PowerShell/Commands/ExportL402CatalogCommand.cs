using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.Compile.Catalogs;
using LightningOps.Files;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Writes a machine-readable list of what a compile sells: OpenAPI with x-payment-info, or the manifest of ngx_l402. It
/// contains hosts, paths and prices, no upstreams and no owners. Closed routes are left out.
/// </summary>
/// <example>
/// <code>Invoke-LightningCompile -Mode Api | Export-L402Catalog -Path openapi.json -HostName shop.example.com</code>
/// <para>The document for https://shop.example.com/openapi.json.</para>
/// </example>
[Cmdlet(VerbsData.Export, "L402Catalog", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportL402CatalogCommand : LightningOpsCmdlet
{
    private bool written;

    /// <summary>The compile whose routes are listed.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [DeserializedTransformation(typeof(CompileResult))]
    public CompileResult? InputObject { get; set; }

    /// <summary>File to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>OpenApi: for /openapi.json. L402Services: for /.well-known/l402-services.</summary>
    [Parameter]
    public L402CatalogFormat Format { get; set; } = L402CatalogFormat.OpenApi;

    /// <summary>Host whose routes are listed; may be omitted if the routes are of one host.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(HostNameCompleter))]
    public string? HostName { get; set; }

    /// <summary>Name of the service; defaults to the host.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Title { get; set; }

    /// <summary>Text for people.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Description { get; set; }

    /// <summary>Version of the API in an OpenAPI document.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ApiVersion { get; set; } = "1";

    /// <summary>Methods that an OpenAPI document lists for each path. Aperture sells every method.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(HttpMethodCompleter))]
    [ValidateSet("GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "TRACE")]
    public string[] Method { get; set; } = ["GET"];

    /// <summary>Say that buyers may also pay with the Payment scheme (authenticator.enablempp).</summary>
    [Parameter]
    public SwitchParameter Payment { get; set; }

    /// <summary>Do not overwrite an existing file; it is an error.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Return the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        if (!InputObject!.Valid)
        {
            WriteError(ErrorRecords.CompileInvalid(InputObject));
            return Task.CompletedTask;
        }

        if (written)
        {
            throw new ConfigException(nameof(Path), "can hold the catalog of only one compile, but there are several", "Export one compile at a time.");
        }

        var content = L402Catalog.Create(InputObject, new L402CatalogOptions
        {
            Format = Format,
            HostName = HostName,
            Title = Title,
            Description = Description,
            Version = ApiVersion,
            Methods = Method.Select(static method => method.ToLowerInvariant()).Distinct().ToArray(),
            OffersPayment = Payment,
        });
        var file = ResolveFile(Path);
        RequireNoFile(file, NoClobber);
        if (!ShouldProcess(file, "Write catalog"))
        {
            return Task.CompletedTask;
        }

        AtomicFile.Write(file, content);
        written = true;
        if (PassThru)
        {
            WriteObject(new FileInfo(file));
        }

        return Task.CompletedTask;
    }
}
