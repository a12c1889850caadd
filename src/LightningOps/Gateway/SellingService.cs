using System;

namespace LightningOps.Gateway;

/// <summary>A service of a gateway that this store did not make, and that sells.</summary>
/// <param name="Name">Name of the service.</param>
/// <param name="PriceSats">Price it asks, in whole satoshis.</param>
public sealed record SellingService(string Name, long PriceSats)
{
    /// <summary>Name and price.</summary>
    public override string ToString() => FormattableString.Invariant($"{Name} ({PriceSats} sat)");
}
