using System;
using System.Management.Automation;
using System.Security;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Payments;
using LightningOps.Payments.Simulation;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Checks a wallet without a payment: whether it is reachable, its node and network, its balance, and the permissions of
/// its credential. What the wallet does not say is empty. A wallet that cannot pay is followed by the error PayerNotReady.
/// </summary>
/// <example>
/// <code>Test-L402Payer lnd:https://localhost:8080 -LndMacaroonPath ./pay.macaroon -LndCertificatePath ./tls.cert</code>
/// <para>Whether an LND node can pay.</para>
/// </example>
/// <example>
/// <code>Test-L402Payer cln:https://localhost:3010 -WalletSecretPath ./pay.rune -LndCertificatePath ./ca.pem</code>
/// <para>Whether a Core Lightning node can pay.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "L402Payer")]
[OutputType(typeof(PayerReport))]
public sealed class TestL402PayerCommand : LightningOpsCmdlet, IWalletParameters
{
    /// <summary>
    /// Wallet: executor, executor:https://host, lnd:https://host:port, cln:https://host:port,
    /// phoenixd:http://127.0.0.1:9740, simulated or mock. Defaults to the wallet executor
    /// of the environment, then the wallet of the loopback gateway in this session.
    /// </summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(PayerCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Payer { get; set; }

    /// <summary>LND macaroon with permission to pay, in hex.</summary>
    [Parameter]
    public SecureString? LndMacaroon { get; set; }

    /// <summary>File of an LND macaroon with permission to pay: binary, or text in hex or base64.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LndMacaroonPath { get; set; }

    /// <summary>A rune of a Core Lightning node that permits getinfo, pay and listpays, or the password of phoenixd.</summary>
    [Parameter]
    public SecureString? WalletSecret { get; set; }

    /// <summary>File of the rune, or of the password of phoenixd: one line of text, or phoenix.conf itself.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WalletSecretPath { get; set; }

    /// <summary>File with one or more certificates to accept from a node (tls.cert of LND); defaults to the trust store of the system.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LndCertificatePath { get; set; }

    /// <summary>SHA-256 fingerprint of the certificate to accept from a node, in hex with or without colons.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LndCertificateFingerprint { get; set; }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        var settings = WalletSettings.Find(Payer, WalletSettings.Read(this, CurrentContext.Environment(), ResolveFile, ResolveSecretFile, TestGateways))
            ?? throw new ConfigException(nameof(Payer), "no wallet is set", "Specify one with -Payer, or set OA_LIGHTNING_WALLET_EXECUTOR_BASE_URL.");
        var payer = settings.Open();
        try
        {
            Write(await PayerReport.CreateAsync(payer, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            // The simulated wallet belongs to the gateway, which keeps running.
            if (payer is not SimulatedWallet)
            {
                payer.Dispose();
            }
        }
    }

    private void Write(PayerReport report)
    {
        WriteObject(report);
        if (!report.Ok)
        {
            WriteError(ErrorRecords.Create(
                "PayerNotReady",
                "Wallet " + report.Payer + " cannot pay: " + (report.Code ?? "not_ready") + (report.Reason is null ? string.Empty : ": " + report.Reason) + ".",
                ErrorCategory.ResourceUnavailable,
                report,
                "Check address, certificate and secret of the wallet. Nothing was paid."));
        }
    }
}
