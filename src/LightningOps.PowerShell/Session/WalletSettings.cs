using System;
using System.Collections.Generic;
using LightningOps.Buyer;
using LightningOps.Buyer.Spending;
using LightningOps.Gateway.Registry;
using LightningOps.Payments;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Settings;

namespace LightningOps.PowerShell.Session;

/// <summary>The wallet that a command pays with, and its settings.</summary>
/// <param name="Reference">The wallet.</param>
/// <param name="Payer">Its settings.</param>
internal sealed record WalletSettings(PayerReference Reference, PayerSettings Payer)
{
    /// <summary>Maximum cost of a request, fees included; null for the limit of the session.</summary>
    public Msats? MaxSpend { get; init; }

    /// <summary>The wallet settings of a command's parameters.</summary>
    /// <param name="parameters">The command.</param>
    /// <param name="environment">The effective settings.</param>
    /// <param name="resolveFile">Resolves a path of the session.</param>
    /// <param name="resolveSecret">Resolves the path of a file with a secret.</param>
    /// <param name="running">The loopback gateways of the session.</param>
    /// <param name="destinations">Addresses to buy from; null if not known.</param>
    public static PayerSettings Read(IWalletParameters parameters, OperatorEnvironment environment, Func<string, string> resolveFile, Func<string, string> resolveSecret, SessionGateways running, IReadOnlyList<Uri>? destinations = null)
    {
        var settings = new PayerSettings
        {
            Environment = environment,
            Macaroon = GatewaySettingsCmdlet.ToSecret(parameters.LndMacaroon),
            MacaroonPath = Resolve(parameters.LndMacaroonPath, resolveSecret),
            Secret = GatewaySettingsCmdlet.ToSecret(parameters.WalletSecret),
            SecretPath = Resolve(parameters.WalletSecretPath, resolveSecret),
            CertificatePath = Resolve(parameters.LndCertificatePath, resolveFile),
            CertificateFingerprint = parameters.LndCertificateFingerprint,
        };
        return running.AddTo(settings, destinations);

        static string? Resolve(string? path, Func<string, string> resolve) => path is null ? null : resolve(path);
    }

    /// <summary>The wallet of a registered gateway; null if it has none.</summary>
    /// <exception cref="ConfigException">The value is not a wallet.</exception>
    public static WalletSettings? Find(RegisteredGateway? gateway, OperatorEnvironment environment, SessionGateways running) => gateway?.Payer is not { } payer ? null
        : new WalletSettings(PayerReference.Parse(payer), running.AddTo(new PayerSettings
        {
            Environment = environment,
            MacaroonPath = gateway.LndMacaroonPath,
            SecretPath = gateway.WalletSecretPath,
            CertificatePath = gateway.LndCertificatePath,
        }));

    /// <summary>The specified wallet, else the executor of the environment, else that of the loopback gateway; null if there is none.</summary>
    /// <exception cref="ConfigException">The value is not a wallet.</exception>
    public static WalletSettings? Find(string? name, PayerSettings settings) =>
        (name ?? (settings.Environment.Find(EnvironmentVariables.WalletExecutorBaseUrl) is not null ? "executor" : settings.Simulated is null ? null : "simulated")) is { } wallet
            ? new WalletSettings(PayerReference.Parse(wallet), settings)
            : null;

    /// <summary>The wallet; the caller disposes it.</summary>
    /// <exception cref="ConfigException">A setting it needs is missing or cannot be used.</exception>
    public IInvoicePayer Open() => PayerFactory.Create(Reference, Payer);

    /// <summary>
    /// Options for purchases with it. A node or wallet executor does not know payments of another, and may report
    /// them as not paid.
    /// </summary>
    public L402ClientOptions Options => new()
    {
        Limits = Lower(SpendLimits.From(Payer.Environment)),
        WalletPlace = Uri.TryCreate(Place, UriKind.Absolute, out var place) ? place.Authority : Place,
    };

    private SpendLimits Lower(SpendLimits limits) =>
        MaxSpend is { } own && !(limits.MaxSpend <= own) ? limits with { MaxSpend = own } : limits;

    private string? Place => Reference.Kind switch
    {
        PayerKind.Lnd or PayerKind.Cln or PayerKind.Phoenixd => Reference.Place,
        PayerKind.WalletExecutor => Reference.Place ?? Payer.Environment.Find(EnvironmentVariables.WalletExecutorBaseUrl),
        _ => null,
    };
}
