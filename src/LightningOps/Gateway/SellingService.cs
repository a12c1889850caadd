using System;

namespace LightningOps.Gateway;

/// <summary>A selling service of a gateway that this store did not create.</summary>
/// <param name="Name">Name of the service.</param>
/// <param name="PriceSats">Price in whole satoshis.</param>
public sealed record SellingService(string Name, long PriceSats)
{
    /// <summary>Name and price.</summary>
    public override string ToString() => FormattableString.Invariant($"{Name} ({PriceSats} sat)");
}
