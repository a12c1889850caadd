using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json.Serialization;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.Buyer;
using LightningOps.Files;
using LightningOps.Smoke.FullFlow;

namespace LightningOps.Smoke.Ep212;

/// <summary>Result of the Ep212FullFlow smoke; members in the order of vectors/smoke/ep212-full-flow.summary.json. Members of checks that were not reached are omitted.</summary>
public sealed record Ep212FullFlowSmokeResult : IWrittenSmokeResult, IReportable
{
    /// <summary>Whether every check ran and passed.</summary>
    public required bool Ok { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason => Failure is null ? null : Failure.Check + ": " + Failure.Code + ": " + Failure.Reason;

    /// <summary>Request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Mode it ran in.</summary>
    public required SmokeMode Mode { get; init; }

    /// <summary>Wallet: <c>mock</c>, <c>simulated</c> or <c>wallet_executor</c>.</summary>
    public required string WalletBackend { get; init; }

    /// <summary>The purchase from another seller, and the repeated request.</summary>
    [JsonPropertyName("sats4ai")]
    public Ep212RepeatedPurchase? Sats4Ai { get; init; }

    /// <summary>The purchase from a route within the cap.</summary>
    public Ep212PaidEndpoint? OpenAgentsRoute { get; init; }

    /// <summary>The route above the cap.</summary>
    public Ep212BlockedEndpoint? OverCap { get; init; }

    /// <summary>The failed check with its reason, or null.</summary>
    public FlowFailure? Failure { get; init; }

    /// <summary>Location of the artifacts.</summary>
    public required FlowArtifacts Artifacts { get; init; }

    /// <summary>The events in order: the lines of events.jsonl.</summary>
    [JsonIgnore]
    public IReadOnlyList<RunEvent> Events { get; init; } = Array.Empty<RunEvent>();

    /// <inheritdoc/>
    [JsonIgnore]
    public ArtifactFolderException? Unwritten { get; internal set; }

    RunReport IReportable.ToReport() => Ep212Report.Create(this);
}

/// <summary>Result of the Ep212Routes smoke; members in the order of vectors/smoke/ep212-routes.json. Members of checks that were not reached are omitted.</summary>
public sealed record Ep212RoutesSmokeResult : ISmokeResult, IReportable
{
    /// <summary>Whether every check ran and passed.</summary>
    public required bool Ok { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason => Failure is null ? null : Failure.Check + ": " + Failure.Code + ": " + Failure.Reason;

    /// <summary>Request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Mode it ran in.</summary>
    public required SmokeMode Mode { get; init; }

    /// <summary>Wallet: <c>mock</c>, <c>simulated</c> or <c>wallet_executor</c>.</summary>
    public required string WalletBackend { get; init; }

    /// <summary>The route within the cap: price and purchase.</summary>
    public Ep212PaidRoute? RouteA { get; init; }

    /// <summary>The route above the cap: price, refused before payment.</summary>
    public Ep212BlockedRoute? RouteB { get; init; }

    /// <summary>The failed check with its reason, or null.</summary>
    public FlowFailure? Failure { get; init; }

    /// <summary>The events in order: the lines of events.jsonl.</summary>
    [JsonIgnore]
    public IReadOnlyList<RunEvent> Events { get; init; } = Array.Empty<RunEvent>();

    RunReport IReportable.ToReport() => Ep212Report.Create(this);
}

/// <summary>An endpoint above the cap, refused before the wallet was called.</summary>
public sealed record Ep212BlockedEndpoint
{
    /// <summary>Its address.</summary>
    public required string EndpointUrl { get; init; }

    /// <summary>HTTP status without a credential.</summary>
    public required int ChallengeStatusCode { get; init; }

    /// <summary>Price in millisatoshis.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long? QuotedAmountMsats { get; init; }

    /// <summary>Spending limit for a purchase, in millisatoshis.</summary>
    public required long MaxSpendMsats { get; init; }

    /// <summary>Always true: otherwise the smoke has failed.</summary>
    public required bool Blocked { get; init; }

    /// <summary>Why it was refused.</summary>
    public required string DenyReasonCode { get; init; }

    /// <summary>Number of wallet calls before.</summary>
    public required int PayerCallsBefore { get; init; }

    /// <summary>Number of wallet calls afterwards.</summary>
    public required int PayerCallsAfter { get; init; }

    /// <summary>Address and decision.</summary>
    public override string ToString() => EndpointUrl + (Blocked ? ": not paid (" : ": not blocked (") + DenyReasonCode + ")";
}

/// <summary>A route above the cap, refused before the wallet was called.</summary>
public sealed record Ep212BlockedRoute
{
    /// <summary>Its address.</summary>
    public required string Url { get; init; }

    /// <summary>HTTP status without a credential.</summary>
    public required int ChallengeStatusCode { get; init; }

    /// <summary>Price in millisatoshis.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long? QuotedAmountMsats { get; init; }

    /// <summary>Spending limit for a purchase, in millisatoshis.</summary>
    public required long MaxSpendMsats { get; init; }

    /// <summary>Always true: otherwise the smoke has failed.</summary>
    public required bool Blocked { get; init; }

    /// <summary>Why it was refused.</summary>
    public required string DenyReasonCode { get; init; }

    /// <summary>Number of wallet calls before.</summary>
    public required int PayerCallsBefore { get; init; }

    /// <summary>Number of wallet calls afterwards.</summary>
    public required int PayerCallsAfter { get; init; }

    /// <summary>Address and decision.</summary>
    public override string ToString() => Url + (Blocked ? ": not paid (" : ": not blocked (") + DenyReasonCode + ")";
}

/// <summary>An endpoint with a purchase.</summary>
public sealed record Ep212PaidEndpoint
{
    /// <summary>Its address.</summary>
    public required string EndpointUrl { get; init; }

    /// <summary>HTTP status without a credential.</summary>
    public required int ChallengeStatusCode { get; init; }

    /// <summary>HTTP status of the paid request.</summary>
    public required int PaidStatusCode { get; init; }

    /// <summary>Amount paid, millisatoshis.</summary>
    public required long PaidAmountMsats { get; init; }

    /// <summary>The payment id of the wallet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? PaymentId { get; init; }

    /// <summary>Identifies the proof of payment without revealing it.</summary>
    public required string ProofReference { get; init; }

    /// <summary>Length of the body in bytes.</summary>
    public required long ResponseBytes { get; init; }

    /// <summary>SHA-256 of the body, lower-case hexadecimal digits.</summary>
    public required string ResponseSha256 { get; init; }

    /// <summary>Address, states and price.</summary>
    public override string ToString() => EndpointUrl + FormattableString.Invariant($": {ChallengeStatusCode}, then {PaidStatusCode} for {PaidAmountMsats} msat");
}

/// <summary>A route with a purchase.</summary>
public sealed record Ep212PaidRoute
{
    /// <summary>Its address.</summary>
    public required string Url { get; init; }

    /// <summary>HTTP status without a credential.</summary>
    public required int ChallengeStatusCode { get; init; }

    /// <summary>Price in millisatoshis; null if unknown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long? QuotedAmountMsats { get; init; }

    /// <summary>HTTP status of the paid request.</summary>
    public required int PaidStatusCode { get; init; }

    /// <summary>Amount paid, millisatoshis.</summary>
    public required long PaidAmountMsats { get; init; }

    /// <summary>The payment id of the wallet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? PaymentId { get; init; }

    /// <summary>Identifies the proof of payment without revealing it.</summary>
    public required string ProofReference { get; init; }

    /// <summary>Length of the body in bytes.</summary>
    public required long ResponseBytes { get; init; }

    /// <summary>SHA-256 of the body, lower-case hexadecimal digits.</summary>
    public required string ResponseSha256 { get; init; }

    /// <summary>Address, states and price.</summary>
    public override string ToString() => Url + FormattableString.Invariant($": {ChallengeStatusCode}, then {PaidStatusCode} for {PaidAmountMsats} msat");
}

/// <summary>An endpoint that was paid once and requested again; the members of the second request are omitted if it was not sent.</summary>
public sealed record Ep212RepeatedPurchase
{
    /// <summary>Its address.</summary>
    public required string EndpointUrl { get; init; }

    /// <summary>HTTP status without a credential.</summary>
    public required int ChallengeStatusCode { get; init; }

    /// <summary>HTTP status of the paid request.</summary>
    public required int FirstStatusCode { get; init; }

    /// <summary>Whether it was paid for.</summary>
    public required bool FirstPaid { get; init; }

    /// <summary>The payment id of the wallet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? FirstPaymentId { get; init; }

    /// <summary>Amount paid, millisatoshis.</summary>
    public required long FirstAmountMsats { get; init; }

    /// <summary>Identifies the proof of payment without revealing it.</summary>
    public required string FirstProofReference { get; init; }

    /// <summary>State of a stored credential before the request.</summary>
    public required L402CacheStatus FirstCacheStatus { get; init; }

    /// <summary>Length of the body in bytes.</summary>
    public required long FirstResponseBytes { get; init; }

    /// <summary>SHA-256 of the body, lower-case hexadecimal digits.</summary>
    public required string FirstResponseSha256 { get; init; }

    /// <summary>HTTP status of the second request.</summary>
    public int? SecondStatusCode { get; init; }

    /// <summary>Whether the second request was paid for.</summary>
    public bool? SecondPaid { get; init; }

    /// <summary>State of the stored credential before the second request.</summary>
    public L402CacheStatus? SecondCacheStatus { get; init; }

    /// <summary>Whether the second request was served with the credential of the first.</summary>
    public bool? CacheHit { get; init; }

    /// <summary>Number of wallet calls after the first request.</summary>
    public required int PayerCallsAfterFirst { get; init; }

    /// <summary>Number of wallet calls after the second request.</summary>
    public int? PayerCallsAfterSecond { get; init; }

    /// <summary>Address, states and price.</summary>
    public override string ToString() => EndpointUrl + FormattableString.Invariant($": {ChallengeStatusCode}, then {FirstStatusCode} for {FirstAmountMsats} msat; again {SecondStatusCode?.ToString(CultureInfo.InvariantCulture) ?? "not asked"}");
}
