using LightningOps.Paywalls;

namespace LightningOps.Gateway;

/// <summary>What a challenge asks for.</summary>
public sealed record ChallengeReading
{
    /// <summary>The amount of its invoice, or null when it is no valid challenge or its amount cannot be told.</summary>
    public Msats? Amount { get; init; }

    /// <summary>Why there is no amount, in one line without the invoice.</summary>
    public string? Fault { get; init; }
}
