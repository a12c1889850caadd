using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Observability;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.Security;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Tests whether owners are allowed to sell now. It fails closed: a security state that cannot be read, a store that is not there, or a
/// credential of the operator (OA_LIGHTNING_OPS_CRED_GATEWAY_INVOICE, _SETTLEMENT_READ, _OPERATOR_ADMIN) that is missing or
/// malformed, denies.
/// </summary>
/// <remarks>The state is read once for all owners of the pipeline.</remarks>
/// <example>
/// <code>Test-L402Gate -OwnerId owner_weather -Mode Local</code>
/// <para>Allowed, or the reason for the denial.</para>
/// </example>
/// <example>
/// <code>if (Test-L402Gate owner_weather -Quiet) { ./publish.ps1 }</code>
/// <para>Goes on only when the owner may sell.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "L402Gate")]
[OutputType(typeof(GateResult), typeof(bool))]
public sealed class TestL402GateCommand : ControlPlaneCmdlet
{
    private GateCheck? reading;

    /// <summary>Owners.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(OwnerIdCompleter))]
    [ValidateNotNullOrEmpty]
    [OwnerId]
    public string[] OwnerId { get; set; } = [];

    /// <summary>Return only true or false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        reading ??= await ReadAsync(cancellationToken).ConfigureAwait(false);
        foreach (var owner in OwnerId)
        {
            var gate = reading.GetResult(owner);
            Observability.Write([OperationRecords.ForGate(requestId: null, owner, gate.DenyReasonCode, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds())]);
            WriteObject(Quiet ? gate.Allowed : gate);
        }
    }

    private async Task<GateCheck> ReadAsync(CancellationToken cancellationToken)
    {
        var taken = await GateCheck.ReadAsync(() => OpenControlPlane(EffectiveMode, StoreAccess.ReadExisting), EffectiveEnvironment, cancellationToken).ConfigureAwait(false);
        if (taken.Failure is { } failure)
        {
            WriteWarning("The security state cannot be read, so everything is denied: " + failure.Message.TrimEnd('.') + ". " + failure.Remedy);
        }

        return taken;
    }
}
