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
/// Tests whether owners are allowed to sell now. The gate fails closed: an unreadable security state, a missing store,
/// or a missing or malformed operator credential (OA_LIGHTNING_OPS_CRED_GATEWAY_INVOICE, _SETTLEMENT_READ,
/// _OPERATOR_ADMIN) denies sales.
/// </summary>
/// <remarks>The state is read once for all owners of the pipeline.</remarks>
/// <example>
/// <code>Test-L402Gate -OwnerId owner_weather -Mode Local</code>
/// <para>Allowed, or the reason for the denial.</para>
/// </example>
/// <example>
/// <code>if (Test-L402Gate owner_weather -Quiet) { ./publish.ps1 }</code>
/// <para>Continues only if the owner is allowed to sell.</para>
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
