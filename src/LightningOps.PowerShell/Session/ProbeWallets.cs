using System;
using System.Collections.Generic;
using LightningOps.Buyer.Credentials;
using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Registry;

namespace LightningOps.PowerShell.Session;

/// <summary>The wallets for the checks of a command's gateways: the specified one, else that of the registered gateway.</summary>
internal sealed class ProbeWallets : IDisposable
{
    private readonly Dictionary<string, ProbeWallet> opened = new(StringComparer.Ordinal);
    private readonly Func<RegisteredGateway?, WalletSettings?> find;
    private readonly Func<CredentialStore> openStore;

    /// <param name="find">Finds the wallet of a registered gateway.</param>
    /// <param name="openStore">Opens the store of its purchases.</param>
    public ProbeWallets(Func<RegisteredGateway?, WalletSettings?> find, Func<CredentialStore> openStore)
    {
        this.find = find;
        this.openStore = openStore;
    }

    /// <summary>The payer of a gateway; null for none.</summary>
    /// <exception cref="ConfigException">A setting it needs is missing or cannot be used.</exception>
    public IProbePayer? Open(WalletSettings? named, RegisteredGateway? gateway)
    {
        if ((named ?? find(gateway)) is not { } settings)
        {
            return null;
        }

        var key = settings.Reference + "\n" + settings.Payer.MacaroonPath + "\n" + settings.Payer.SecretPath + "\n" + settings.Payer.CertificatePath;
        if (!opened.TryGetValue(key, out var wallet))
        {
            wallet = ProbeWallet.Open(settings, openStore());
            opened.Add(key, wallet);
        }

        return wallet.Payer;
    }

    public void Dispose()
    {
        foreach (var wallet in opened.Values)
        {
            wallet.Dispose();
        }
    }
}
