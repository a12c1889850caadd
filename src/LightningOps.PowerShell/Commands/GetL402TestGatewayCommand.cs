using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.Commands;

/// <summary>Gets the loopback gateways that run in this session.</summary>
/// <example>
/// <code>(Get-L402TestGateway).Services</code>
/// <para>The services with their request counts.</para>
/// </example>
/// <example>
/// <code>Get-L402TestGateway | ForEach-Object Transactions | Where-Object State -eq settled</code>
/// <para>What was sold.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402TestGateway")]
[OutputType(typeof(LoopbackGateway))]
public sealed class GetL402TestGatewayCommand : LightningOpsCmdlet
{
    /// <summary>URLs of gateways, wildcards allowed; all by default.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(RunningGatewayCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Url { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var filter = new WildcardFilter(Url);
        foreach (var gateway in TestGateways.All.Where(gateway => filter.IsMatch(gateway.Url)))
        {
            WriteObject(gateway);
        }

        return Task.CompletedTask;
    }
}
