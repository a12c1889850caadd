using System;
using LightningOps.Buyer;
using LightningOps.Buyer.Spending;
using LightningOps.Payments;
using LightningOps.Settings;

namespace LightningOps.PowerShell.Session;

/// <summary>The wallet that a command pays with, and its settings.</summary>
/// <param name="Reference">Which wallet.</param>
/// <param name="Payer">What it is made from.</param>
internal sealed record WalletSettings(PayerReference Reference, PayerSettings Payer)
{
    /// <summary>The most one request may cost, fees included; null for the limit of the session.</summary>
    public Msats? MaxSpend { get; init; }

    /// <summary>The wallet a caller named, else the executor of the environment, else that of the loopback gateway; null where there is none.</summary>
    /// <exception cref="ConfigException">It is not a wallet.</exception>
    public static WalletSettings? Find(string? name, PayerSettings settings) =>
        (name ?? (settings.Environment.Find(EnvironmentVariables.WalletExecutorBaseUrl) is not null ? "executor" : settings.Simulated is null ? null : "simulated")) is { } wallet
            ? new WalletSettings(PayerReference.Parse(wallet), settings)
            : null;

    /// <summary>The wallet; the caller disposes it.</summary>
    /// <exception cref="ConfigException">A setting it needs is missing or cannot be used.</exception>
    public IInvoicePayer Open() => PayerFactory.Create(Reference, Payer);

    /// <summary>
    /// How to buy with it. One LND, or one wallet executor, knows nothing of what another was asked to pay, and may say that
    /// it was not paid.
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
