using System;
using System.Collections.Generic;
using LightningOps.L402.Credentials;
using LightningOps.L402.Spending;
using LightningOps.Paywalls;

namespace LightningOps.L402.Client;

/// <summary>What a request would cost. Nothing was paid for it.</summary>
public sealed class L402Quote
{
    /// <summary>HTTP status of the answer without a credential; 402 when something is asked.</summary>
    public required int StatusCode { get; init; }

    /// <summary>What was asked about.</summary>
    public required CredentialScope For { get; init; }

    /// <summary>The challenge; null when the answer is not 402.</summary>
    public L402Challenge? Challenge { get; init; }

    /// <summary>What is asked beside the challenge, in other ways than L402.</summary>
    public IReadOnlyList<PaymentDemand> OtherDemands { get; init; } = Array.Empty<PaymentDemand>();

    /// <summary>Its invoice, decoded; null when it is not BOLT 11.</summary>
    public Bolt11Invoice? Invoice { get; init; }

    /// <summary>What is asked, millisatoshis; null when nothing is, or it cannot be told.</summary>
    public Msats? Amount => Challenge?.Amount;

    /// <summary>The most that routing may cost beside it, millisatoshis; zero when nothing would be paid, or routing costs nothing.</summary>
    public Msats FeeLimit { get; init; }

    /// <summary>Why it would not be paid; null when it would.</summary>
    public SpendDenial? Denial { get; init; }

    /// <summary>What is known of a credential: <see cref="L402CacheStatus.Hit"/> means that the request would cost nothing as long as it is accepted.</summary>
    public required L402CacheStatus CacheStatus { get; init; }

    /// <summary>Status and amount; no invoice and no token.</summary>
    public override string ToString() => StatusCode + " " + For + (Amount is { } amount ? " for " + amount + " msat" : string.Empty) + (Denial is null ? string.Empty : ", " + Denial.Code);
}
