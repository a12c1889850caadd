using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that manages the life cycle of credential roles. The control plane stores states, never credentials.</summary>
public abstract class CredentialRoleCmdlet : ControlPlaneCmdlet
{
    /// <summary>Roles: GatewayInvoice, SettlementRead, OperatorAdmin; gateway_invoice and so on are accepted too.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [RoleName]
    public CredentialRole[] Role { get; set; } = [];

    /// <summary>Note for people; defaults to the action and the user.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Note { get; set; }

    /// <summary>The action for the note: <c>rotation started</c>.</summary>
    private protected abstract string Deed { get; }

    /// <summary>The action for the question, followed by the name of the role.</summary>
    private protected abstract string Intention { get; }

    /// <summary>Whether -Force was given.</summary>
    private protected virtual bool IsForced => false;

    /// <summary>Makes the change.</summary>
    private protected abstract Task<CredentialRoleState> ChangeAsync(IControlPlane controlPlane, CredentialRoleChange change, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        using var controlPlane = OpenControlPlane();
        foreach (var role in Role)
        {
            await ForInputAsync(role, () => ChangeAsync(controlPlane, role, cancellationToken)).ConfigureAwait(false);
        }
    }

    private async Task ChangeAsync(IControlPlane controlPlane, CredentialRole role, CancellationToken cancellationToken)
    {
        var description = Intention + " " + role + " of control plane " + DescribeControlPlane(EffectiveMode) + ". No gateway is changed: one that sells goes on selling";
        if (ConfirmAction(description, "Credential role", IsForced))
        {
            var change = new CredentialRoleChange { Role = role, Note = Note ?? Deed + " by " + CurrentUser.Name };
            var deed = new JournalDraft { Kind = JournalKind.Credential, Action = "credential role " + Deed, Subject = role.ToString(), Detail = Note };
            WriteObject(await JournalAsync(EffectiveMode, deed, () => ChangeAsync(controlPlane, change, cancellationToken)).ConfigureAwait(false));
        }
    }
}
