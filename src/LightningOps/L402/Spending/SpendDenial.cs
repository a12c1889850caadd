using LightningOps.Paywalls;

namespace LightningOps.L402.Spending;

/// <summary>Why nothing may be paid.</summary>
/// <param name="Code">One of <see cref="DenyReasonCodes"/>.</param>
/// <param name="Reason">What is wrong, for a person.</param>
public sealed record SpendDenial(string Code, string Reason)
{
    /// <summary>What was asked, millisatoshis; null when that was not known or not looked at.</summary>
    public Msats? Quoted { get; init; }

    /// <summary>What may be spent on one purchase, millisatoshis; null when that was not looked at.</summary>
    public Msats? MaxSpend { get; init; }

    /// <summary>The code and the reason.</summary>
    public override string ToString() => Code + ": " + Reason;
}
