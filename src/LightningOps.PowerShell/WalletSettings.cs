using System;
using LightningOps.L402.Client;
using LightningOps.L402.Payments;
using LightningOps.L402.Spending;

namespace LightningOps.PowerShell;

/// <summary>A wallet a command was told to pay with, and how.</summary>
/// <param name="Reference">Which wallet.</param>
/// <param name="Payer">What it is made from.</param>
internal sealed record WalletSettings(PayerReference Reference, PayerSettings Payer)
{
    /// <summary>The wallet; the caller disposes it.</summary>
    /// <exception cref="ConfigException">A setting it needs is missing or cannot be used.</exception>
    public IInvoicePayer Open() => PayerFactory.Create(Reference, Payer);

    /// <summary>
    /// How to buy with it. One LND knows nothing of what another was asked to pay, and would say that it was not paid; a
    /// wallet executor never says so.
    /// </summary>
    public L402ClientOptions Options => new()
    {
        Limits = SpendLimits.From(Payer.Environment),
        WalletPlace = Reference.Kind != PayerKind.Lnd ? null : Uri.TryCreate(Reference.Place, UriKind.Absolute, out var place) ? place.Authority : Reference.Place,
    };
}
