using System.Collections.Generic;
using System.Linq;
using LightningOps.Buyer.Credentials;
using LightningOps.L402;

namespace LightningOps.Buyer;

/// <summary>The server requires payment, but not with L402 (<c>PaymentNotL402</c>); nothing was paid.</summary>
public sealed class L402OtherDemandException : LightningOpsException
{
    /// <summary>Creates the failure of one answer.</summary>
    /// <param name="scope">The scope of the request.</param>
    /// <param name="demands">The demands, at least one.</param>
    public L402OtherDemandException(CredentialScope scope, IReadOnlyList<PaymentDemand> demands)
        : this(scope, demands, PaymentSchemeChoice.Auto)
    {
    }

    internal L402OtherDemandException(CredentialScope scope, IReadOnlyList<PaymentDemand> demands, PaymentSchemeChoice scheme)
        : base(
            "PaymentNotL402",
            scope + " answered 402 without " + GetMissing(scheme) + ". It offers: " + SellerText.Mask(string.Join("; ", demands.Select(demand => demand.ToString()))),
            scheme == PaymentSchemeChoice.Payment ? "Omit -Scheme to pay with L402 where it is offered, or ask the seller for a charge with lightning. The offers are the target object of this error."
                : scheme == PaymentSchemeChoice.L402 && demands.Any(demand => demand.Scheme == nameof(PaymentSchemeChoice.Payment)) ? "Omit -Scheme to pay a charge of the Payment scheme, or ask the seller for L402. The offers are the target object of this error."
                : "Pay with a client for that scheme, or ask the seller for L402. The offers are the target object of this error.") => Demands = demands;

    /// <summary>The demands of the server.</summary>
    public IReadOnlyList<PaymentDemand> Demands { get; }

    private static string GetMissing(PaymentSchemeChoice scheme) => scheme switch
    {
        PaymentSchemeChoice.L402 => "an L402 challenge",
        PaymentSchemeChoice.Payment => "a Payment challenge that lightning can pay",
        _ => "an L402 challenge, and without a Payment challenge that lightning can pay",
    };
}
