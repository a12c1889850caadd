using System.Collections.Generic;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Payments;
using LightningOps.Payments.Lnd;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Progress;
using LightningOps.Status;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Tests whether a stranger can pay: the endpoint answers, the node of the seller is unlocked and synced and can receive
/// the highest price, the price is as planned, and with -Payer and -MaxSpendMsats a purchase passes. Each link has its own
/// verdict; a link that depends on a broken one is not made.
/// </summary>
/// <example>
/// <code>Test-L402Gateway -Mode Local -Gateway file:/etc/aperture/aperture.yaml -ChallengeUrl https://shop.example.com -PayeeNode lnd:https://localhost:8080 -PayeeMacaroonPath readonly.macaroon -PayeeCertificatePath tls.cert</code>
/// <para>Without a purchase.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "L402Gateway")]
[OutputType(typeof(BuyerChainResult), typeof(bool))]
public sealed class TestL402GatewayCommand : RolloutCmdlet
{
    /// <summary>LND node of the seller, lnd:https://host:port. A read-only macaroon is enough; no invoice is made with it.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PayerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? PayeeNode { get; set; }

    /// <summary>File of a macaroon of the seller's node that may read it (readonly.macaroon).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PayeeMacaroonPath { get; set; }

    /// <summary>File with the certificate to accept from the seller's node (tls.cert).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PayeeCertificatePath { get; set; }

    /// <summary>With -Payer: buy from the cheapest route, for at most this including fees, in millisatoshis. The purchase is marked as your own and left out of the revenue.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long MaxSpendMsats { get; set; }

    /// <summary>Return only whether no link is broken.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    private protected override Msats? PurchaseLimit => IsBound(nameof(MaxSpendMsats)) ? new Msats(MaxSpendMsats) : null;

    /// <inheritdoc/>
    private protected override string Activity => "Testing";

    /// <inheritdoc/>
    private protected override StoreAccess StoreAccess => IsStoreNamed ? StoreAccess.ReadExisting : StoreAccess.Read;

    /// <inheritdoc/>
    private protected override async Task RunAsync(
        IControlPlane controlPlane, IReadOnlyList<IGateway> gateways, StageReporter stages, CancellationToken cancellationToken)
    {
        var limit = PurchaseLimit;
        var buys = limit is not null;
        if (buys != (Payer is not null))
        {
            throw new ConfigException(buys ? nameof(Payer) : nameof(MaxSpendMsats), "missing: a purchase needs a wallet and a limit", "Specify both -Payer and -MaxSpendMsats, or neither.");
        }

        var payee = PayeeNode is null ? null : PayerReference.Parse(PayeeNode);
        if (payee is { Kind: not PayerKind.Lnd } or { Place: null })
        {
            throw new ConfigException(nameof(PayeeNode), "is not an LND node", "Specify -PayeeNode lnd:https://host:port and -PayeeMacaroonPath.");
        }

        if (payee is not null && Payer is not null && PayerReference.Parse(Payer) is { Kind: PayerKind.Lnd } payer && payer.Place?.TrimEnd('/') == payee.Place!.TrimEnd('/'))
        {
            throw new ConfigException(nameof(Payer), "is the node of the seller: a payment to itself proves nothing", "Specify a wallet on another node.");
        }

        using var node = payee is null ? null : new LndPayee(payee.Place!, new PayerSettings
        {
            Environment = EffectiveEnvironment,
            MacaroonPath = PayeeMacaroonPath is null ? null : ResolveSecretFile(PayeeMacaroonPath),
            CertificatePath = PayeeCertificatePath is null ? null : ResolveFile(PayeeCertificatePath),
        });
        if (node?.FindExcessRights() is { Count: > 0 } rights)
        {
            WriteWarning("The macaroon of -PayeeMacaroonPath may do more than read: " + string.Join(", ", rights) + ". Use readonly.macaroon, or bake one: lncli bakemacaroon info:read offchain:read.");
        }

        var isOk = true;
        foreach (var gateway in gateways)
        {
            await ForInputAsync(gateway.Name, async () =>
            {
                var result = await new BuyerChain(controlPlane, gateway, node, limit).RunAsync(CreateOptions("chain"), cancellationToken).ConfigureAwait(false);
                isOk &= result.Ok;
                Write(result);
            }).ConfigureAwait(false);
        }

        if (Quiet)
        {
            WriteObject(isOk);
        }
    }

    private void Write(BuyerChainResult result)
    {
        if (Quiet)
        {
            return;
        }

        WriteObject(result);
        if (!result.Ok)
        {
            WriteError(ErrorRecords.Create("GatewayChainBroken", result.Gateway + ": " + result.Outcome, ErrorCategory.InvalidResult, result, "Repair the link that the message names, and run the command again."));
        }
    }
}
