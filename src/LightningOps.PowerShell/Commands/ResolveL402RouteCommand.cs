using System.Management.Automation;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.Gateway.Routing;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Finds the service that a request reaches, and says its price, schemes, limits, lifetime and upstream, and why no
/// earlier service matches. Nothing is sent to the URL: the paywalls of the control plane, a compile, an aperture.yaml
/// or the services of a gateway are asked.
/// </summary>
/// <example>
/// <code>Resolve-L402Route https://shop.example.com/docs/a -Path aperture.yaml</code>
/// <para>What an aperture.yaml does with the request.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Resolve, "L402Route", DefaultParameterSetName = FromControlPlane)]
[OutputType(typeof(RouteResolution))]
public sealed class ResolveL402RouteCommand : RouteCmdlet
{
    private const string FromControlPlane = "ControlPlane";
    private const string FromCompile = "InputObject";
    private const string FromFile = "Path";
    private const string FromGateway = "Gateway";

    // It may contain a password.
    private static readonly Regex UserInfo = new("(?<=^|://)[^/?#]*@", RegexOptions.CultureInvariant);

    private RouteTable? table;
    private CompileResult? compile;

    /// <summary>Absolute http or https URLs, as a client is given them. Dot segments and percent-encoding stay as written.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FromControlPlane, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FromFile, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FromGateway, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = FromCompile, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Url")]
    [ValidateNotNullOrEmpty]
    public string[] Uri { get; set; } = [];

    /// <summary>Method of the request. Aperture matches every method; it answers OPTIONS itself.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(HttpMethodCompleter))]
    [ValidateNotNullOrEmpty]
    public string Method { get; set; } = "GET";

    /// <summary>A compile to ask, from Invoke-LightningCompile.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromCompile, ValueFromPipeline = true)]
    [DeserializedTransformation(typeof(CompileResult))]
    public CompileResult? InputObject { get; set; }

    /// <summary>An aperture.yaml to ask.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FromFile)]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <inheritdoc/>
    [Parameter(Mandatory = true, ParameterSetName = FromGateway)]
    [ArgumentCompleter(typeof(GatewayCompleter))]
    [GatewayTransformation]
    [ValidateCount(1, 1)]
    public override GatewayArgument[] Gateway { get; set; } = [];

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        if (ParameterSetName == FromCompile && !ReferenceEquals(compile, InputObject))
        {
            table = RouteTable.FromCompile(compile = InputObject!);
        }

        var asked = table ??= await OpenAsync(cancellationToken).ConfigureAwait(false);
        foreach (var uri in Uri)
        {
            try
            {
                WriteObject(asked.Resolve(uri, Method.ToUpperInvariant()));
            }
            catch (ConfigException invalid)
            {
                // Only this URL is wrong; the others continue.
                WriteError(ErrorRecords.From(invalid, UserInfo.Replace(uri, string.Empty)));
            }
        }
    }

    private async Task<RouteTable> OpenAsync(CancellationToken cancellationToken)
    {
        RequireGatewayForSettings();
        return ParameterSetName switch
        {
            FromFile => ReadFile(Path!, nameof(Path)),
            FromGateway => await ReadGatewayAsync(cancellationToken).ConfigureAwait(false),
            _ => await CompileAsync(cancellationToken).ConfigureAwait(false),
        };
    }
}
