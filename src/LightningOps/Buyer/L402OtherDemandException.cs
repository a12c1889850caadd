using System.Collections.Generic;
using System.Linq;
using LightningOps.Buyer.Credentials;
using LightningOps.L402;

namespace LightningOps.Buyer;

/// <summary>The server requires payment, but not with L402 (<c>PaymentNotL402</c>); nothing was paid.</summary>
public sealed class L402OtherDemandException : LightningOpsException
{
    /// <summary>Creates the failure of one answer.</summary>
    /// <param name="scope">What was asked for.</param>
    /// <param name="demands">What the server asks, at least one.</param>
    public L402OtherDemandException(CredentialScope scope, IReadOnlyList<PaymentDemand> demands)
        : base(
            "PaymentNotL402",
            scope + " answered 402 without an L402 challenge. It offers: " + string.Join("; ", demands.Select(demand => demand.ToString())),
            "Pay with a client for that scheme, or ask the seller for L402. The offers are the target object of this error.") => Demands = demands;

    /// <summary>What the server asks.</summary>
    public IReadOnlyList<PaymentDemand> Demands { get; }
}
