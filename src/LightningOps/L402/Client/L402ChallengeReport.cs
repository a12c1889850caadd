using System;
using System.Collections.Generic;
using System.Text.Json.Serialization;
using LightningOps.Paywalls;

namespace LightningOps.L402.Client;

/// <summary>What a server asks for a request, and whether it would be paid. Nothing was.</summary>
public sealed class L402ChallengeReport
{
    /// <summary>Address asked, without its query.</summary>
    public required string Uri { get; init; }

    /// <summary>Always 402.</summary>
    public int StatusCode { get; init; } = 402;

    /// <summary>The name the server gave the scheme.</summary>
    public required L402Scheme Scheme { get; init; }

    /// <summary>What is asked, millisatoshis; null when it cannot be told.</summary>
    public Msats? AmountMsats { get; init; }

    /// <summary>What is asked, satoshis; null when it cannot be told.</summary>
    public decimal? AmountSats => AmountMsats is { } amount ? (decimal)amount.Value / Msats.PerSatoshi : null;

    /// <summary>Where the invoice is to be paid; null when it is not BOLT 11.</summary>
    public Bolt11Network? Network { get; init; }

    /// <summary>What the invoice says it is for, as one line; not to be trusted.</summary>
    public string? Description { get; init; }

    /// <summary>Hash the payment gives the preimage of.</summary>
    public PaymentHash? PaymentHash { get; init; }

    /// <summary>When the invoice stops being payable.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether it no longer is.</summary>
    public bool? IsExpired { get; init; }

    /// <summary>Who issued the challenge, when the server says so.</summary>
    public string? Issuer { get; init; }

    /// <summary>Whether the token is sold for this invoice; null when the token is no macaroon that says.</summary>
    public bool? IsTokenOfInvoice { get; init; }

    /// <summary>The most that may be spent, millisatoshis; null when nobody said.</summary>
    public Msats? MaxSpendMsats { get; init; }

    /// <summary>Whether a wallet of the invoice's network would be let pay it; null when nobody said how much it may cost.</summary>
    public bool? IsPayable { get; init; }

    /// <summary>Why not, one of <see cref="Spending.DenyReasonCodes"/>.</summary>
    public string? DenyReasonCode { get; init; }

    /// <summary>Why not, for a person.</summary>
    public string? DenyReason { get; init; }

    /// <summary>What the answer asks beside the challenge, in other ways than L402; none of it is paid.</summary>
    public IReadOnlyList<PaymentDemand> OtherDemands { get; init; } = Array.Empty<PaymentDemand>();

    /// <summary>The invoice as received.</summary>
    public required string Invoice { get; init; }

    /// <summary>The invoice, decoded; null when it is not BOLT 11.</summary>
    [JsonIgnore]
    public Bolt11Invoice? DecodedInvoice { get; init; }

    /// <summary>The challenge, with its token.</summary>
    internal L402Challenge? Challenge { get; init; }

    /// <summary>
    /// The challenge as a WWW-Authenticate value. Its token is worth money once paid; this is no property, so that nothing
    /// that shows, converts or exports all properties gives it away.
    /// </summary>
    public string ToHeaderValue() => Challenge?.ToHeaderValue() ?? string.Empty;

    /// <summary>Address and amount; neither invoice nor token.</summary>
    public override string ToString() => Uri + " for " + (AmountMsats is { } amount ? amount + " msat" : "an unknown amount");
}
