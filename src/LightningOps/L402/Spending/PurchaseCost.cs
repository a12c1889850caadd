using LightningOps.Paywalls;

namespace LightningOps.L402.Spending;

/// <summary>What a purchase costs at most, which is set aside before it is paid.</summary>
/// <param name="amount">For the invoice.</param>
/// <param name="feeLimit">For routing beside it.</param>
internal sealed class PurchaseCost(Msats amount, Msats feeLimit)
{
    /// <summary>For the invoice.</summary>
    public Msats Amount => amount;

    /// <summary>For routing beside it.</summary>
    public Msats FeeLimit => feeLimit;

    /// <summary>Both together.</summary>
    public Msats Total => amount.Value > long.MaxValue - feeLimit.Value ? long.MaxValue : amount.Value + feeLimit.Value;
}
