using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using System.Threading;
using System;
using LightningOps.ControlPlane;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Session;
using LightningOps.Settlements.Books;
using LightningOps.Settlements.Transactions;
using LightningOps.Settlements;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Revokes tokens that an Aperture sold: they open nothing from then on. Aperture deletes the transaction of a revoked token, so its
/// settlements are imported first, and a token whose settlement is not in the books is not revoked without -AllowLoss. A token that is
/// not paid yet and a Payment charge cannot be revoked.
/// </summary>
/// <example>
/// <code>Get-ApertureToken admin:https://localhost:8081 -MacaroonPath admin.macaroon -ServiceName old.* | Revoke-ApertureToken -Gateway admin:https://localhost:8081 -MacaroonPath admin.macaroon -WhatIf</code>
/// <para>The tokens of a service that would be revoked.</para>
/// </example>
[Cmdlet(VerbsSecurity.Revoke, "ApertureToken", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ApertureToken))]
public sealed class RevokeApertureTokenCommand : ApertureCmdlet
{
    private readonly HashSet<string> imported = new(StringComparer.Ordinal);

    // Endpoints of a gateway share a database, so a token revoked at one is gone at the others.
    private readonly HashSet<string> revoked = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Ids of the tokens, hex.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] TokenId { get; set; } = [];

    /// <summary>Revoke a token even if its settlement is not in the books. Its income is then not recorded anywhere.</summary>
    [Parameter]
    public SwitchParameter AllowLoss { get; set; }

    /// <summary>Do not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForEachApertureAsync(async (gateway, aperture) =>
    {
        var tokens = WithWarning(await aperture.ListTokensAsync(int.MaxValue, cancellationToken).ConfigureAwait(false));
        foreach (var id in TokenId)
        {
            if (tokens.FirstOrDefault(token => string.Equals(token.TokenId, id, StringComparison.OrdinalIgnoreCase)) is not { } token)
            {
                if (!revoked.Contains(id))
                {
                    WriteError(ErrorRecords.TokenNotFound(id));
                }

                continue;
            }

            await ForInputAsync(id, () => RevokeAsync(gateway, aperture, token, cancellationToken)).ConfigureAwait(false);
        }
    });

    private async Task RevokeAsync(IGateway gateway, ApertureOperations aperture, ApertureToken token, CancellationToken cancellationToken)
    {
        var deed = FormattableString.Invariant($"Import the settlements of {gateway.Name}, then revoke token {token.TokenId} of {token.ServiceName} ({token.PriceSats} sat)");
        if (!ConfirmAction(deed, "Revoke token", Force))
        {
            return;
        }

        using var controlPlane = OpenControlPlane();
        var isBooked = await BookAsync(controlPlane, gateway, token, cancellationToken).ConfigureAwait(false);
        if (!isBooked && !AllowLoss)
        {
            WriteError(ErrorRecords.TokenNotBooked(token));
        }
        else if (await JournalAsync(
            EffectiveMode,
            new JournalDraft { Kind = JournalKind.Credential, Action = "sold token revoked", Gateway = gateway.Name, Subject = token.TokenId, Detail = FormattableString.Invariant($"{token.ServiceName}, {token.PriceSats} sat") },
            () => aperture.RevokeTokenAsync(token.TokenId, cancellationToken)).ConfigureAwait(false))
        {
            revoked.Add(token.TokenId);
            await RecordAsync(controlPlane, gateway, token, cancellationToken).ConfigureAwait(false);
            WriteObject(token);
        }
        else
        {
            WriteError(ErrorRecords.TokenNotFound(token.TokenId));
        }
    }

    /// <summary>Records who revoked the token; a failure is a warning, because the token is revoked.</summary>
    private async Task RecordAsync(IControlPlane controlPlane, IGateway gateway, ApertureToken token, CancellationToken cancellationToken)
    {
        try
        {
            await TokenRevocations.RecordAsync(controlPlane, token.TokenId, gateway.Name, CurrentUser.Name, cancellationToken).ConfigureAwait(false);
        }
        catch (LightningOpsException failure)
        {
            WriteWarning("The token is revoked, but the name of the operator was not recorded: " + failure.Message);
        }
    }

    /// <summary>Imports the settlements of the gateway, once; whether that of the token is in the books.</summary>
    private async Task<bool> BookAsync(IControlPlane controlPlane, IGateway gateway, ApertureToken token, CancellationToken cancellationToken)
    {
        var books = controlPlane as ISettlementHistory;
        if (books is not null && await IsBookedAsync(books, token, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        if (!imported.Add(gateway.Name))
        {
            return false;
        }

        var paywalls = controlPlane is IPaywallStore store
            ? await store.ListAllPaywallsAsync(cancellationToken).ConfigureAwait(false)
            : await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false);
        var result = await ImportAsync(controlPlane, gateway, paywalls, cancellationToken).ConfigureAwait(false);
        return books is null ? result.Ok && result.RejectedCount == 0 : await IsBookedAsync(books, token, cancellationToken).ConfigureAwait(false);
    }

    private async Task<SettlementImportResult> ImportAsync(IControlPlane controlPlane, IGateway gateway, IReadOnlyList<Paywall> paywalls, CancellationToken cancellationToken)
    {
        using var cursors = SettlementCursors.Open(ControlPlaneSettings.From(EffectiveEnvironment, EffectiveMode), EffectiveEnvironment);
        var transactions = GatewayTransactions.Require(gateway);
        var source = new GatewayTransactionSource(transactions, gateway.Name, paywalls, cursors, new GatewayTransactionOptions());
        var import = new SettlementImport(controlPlane, new SettlementImportOptions { Observability = Observability });
        await import.ImportAsync(source, cancellationToken).ConfigureAwait(false);
        var result = source.Complete(import.CreateResult(gateway.Name));
        WriteVerbose(FormattableString.Invariant($"Settlements of {gateway.Name}: {result.SettlementsNew} new, {result.SettlementsExisting} recorded before, {result.RejectedCount} rejected."));
        return result;
    }

    private static async Task<bool> IsBookedAsync(ISettlementHistory books, ApertureToken token, CancellationToken cancellationToken) =>
        (await books.ListSettlementsAsync(new SettlementQuery { PaymentHash = token.PaymentHash, First = 1 }, cancellationToken).ConfigureAwait(false)).Count > 0;
}
