using System;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Gateway.Probes;
using LightningOps.Payments;
using LightningOps.Payments.Simulation;

namespace LightningOps.PowerShell.Session;

/// <summary>The wallet that pays for the checks of gateways, and the store of its purchases.</summary>
internal sealed class ProbeWallet : IDisposable
{
    private readonly IInvoicePayer wallet;
    private readonly CredentialStore store;
    private readonly L402ProbePayer payer;

    private ProbeWallet(IInvoicePayer wallet, CredentialStore store, L402ClientOptions options)
    {
        this.wallet = wallet;
        this.store = store;
        payer = L402ProbePayer.Create(options, wallet, store);
    }

    /// <summary>Pays for the checks.</summary>
    public IProbePayer Payer => payer;

    /// <summary>Opens a wallet.</summary>
    /// <param name="settings">Settings of the wallet.</param>
    /// <param name="store">Store of the purchases; disposed here.</param>
    /// <exception cref="ConfigException">A setting it needs is missing or cannot be used.</exception>
    public static ProbeWallet Open(WalletSettings settings, CredentialStore store)
    {
        try
        {
            return new ProbeWallet(settings.Open(), store, settings.Options);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        payer.Dispose();
        store.Dispose();

        // The simulated wallet belongs to the gateway, which keeps running.
        if (wallet is not SimulatedWallet)
        {
            wallet.Dispose();
        }
    }
}
