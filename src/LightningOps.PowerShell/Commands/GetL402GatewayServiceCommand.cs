using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Gets what gateways serve now, one object for each service and endpoint in match order: host, path, price, scheme, lifetime, limits,
/// upstream, whether it was made here, and whether it comes from the file or from a row of Aperture's database. A value that is not known says so.
/// </summary>
/// <example>
/// <code>Get-L402GatewayService file:/etc/aperture/aperture.yaml | Where-Object MadeHere -ne yes</code>
/// <para>The services that others made.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402GatewayService")]
[OutputType(typeof(ServedService))]
public sealed class GetL402GatewayServiceCommand : NamedGatewayCmdlet
{
    /// <summary>Names of services, wildcards allowed.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ServiceNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForEachEndpointAsync(async (gateway, endpoint) =>
    {
        if (await ServedServices.ReadAsync(gateway, endpoint, cancellationToken).ConfigureAwait(false) is not { } services)
        {
            WriteWarning(endpoint.Name + " does not list its services, and it serves another configuration than the last one rolled out from here. Its services are not known.");
            return;
        }

        var filter = new WildcardFilter(Name);
        WriteObject(services.Where(service => filter.IsMatch(service.Name)).ToArray(), enumerateCollection: true);
        if (await ServedServices.FindStartFaultAsync(endpoint, cancellationToken).ConfigureAwait(false) is { } fault)
        {
            WriteWarning(endpoint.Name + ": these are the services of the file. " + fault);
        }

        if (services.Count > 0 && services[0].Evidence == LiveEvidence.NotKnown)
        {
            WarnOfUnknownLoad(endpoint.Name);
        }
    });
}
