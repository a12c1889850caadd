using LightningOps.Paywalls;

namespace LightningOps.L402.Spending;

/// <summary>What a purchase costs at most, which is set aside before it is paid.</summary>
/// <param name="Amount">For the invoice.</param>
/// <param name="FeeLimit">For routing beside it.</param>
internal sealed record PurchaseCost(Msats Amount, Msats FeeLimit)
{
    /// <summary>Both together.</summary>
    public Msats Total => Amount.Value > long.MaxValue - FeeLimit.Value ? long.MaxValue : Amount.Value + FeeLimit.Value;
}
