using System;
using System.Collections.Generic;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>An Aperture's information over its admin API.</summary>
public sealed record ApertureInfo
{
    /// <summary>The gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Whether its health check answers.</summary>
    public required bool IsHealthy { get; init; }

    /// <summary>Why the health check fails, or null.</summary>
    public string? HealthFailure { get; init; }

    /// <summary>Network in its file, for example <c>mainnet</c>.</summary>
    public required string Network { get; init; }

    /// <summary>Its listen address.</summary>
    public required string ListenAddress { get; init; }

    /// <summary>Whether it listens without TLS.</summary>
    public required bool IsInsecure { get; init; }

    /// <summary>Whether Payment charges are offered in addition to L402.</summary>
    public required bool OffersPayments { get; init; }

    /// <summary>Whether sessions are offered. Their deposits appear in no list.</summary>
    public required bool OffersSessions { get; init; }

    /// <summary>Realm of the Payment charges; empty for none.</summary>
    public required string PaymentRealm { get; init; }
}

/// <summary>An invoice issued by an Aperture.</summary>
public sealed record ApertureTransaction
{
    /// <summary>The gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Its number there.</summary>
    public required long Id { get; init; }

    /// <summary>Token of the credential, hex; null for a Payment charge, which cannot be revoked.</summary>
    public string? TokenId { get; init; }

    /// <summary>Payment hash, hex.</summary>
    public required string PaymentHash { get; init; }

    /// <summary>Requested service.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Price, whole satoshis.</summary>
    public required long PriceSats { get; init; }

    /// <summary>Whether it is paid.</summary>
    public required ApertureTransactionState State { get; init; }

    /// <summary>When it was made; null if the gateway does not say.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was paid; null while it is not.</summary>
    public DateTimeOffset? SettledAt { get; init; }
}

/// <summary>State of an invoice at an Aperture.</summary>
public enum ApertureTransactionState
{
    /// <summary>Not paid, as far as the Aperture knows.</summary>
    Pending,

    /// <summary>Paid.</summary>
    Settled,
}

/// <summary>A token that an Aperture sold and has not revoked.</summary>
public sealed record ApertureToken
{
    /// <summary>The gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Id of the token, hex.</summary>
    public required string TokenId { get; init; }

    /// <summary>Payment hash, hex.</summary>
    public required string PaymentHash { get; init; }

    /// <summary>Service it opens.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Price paid, whole satoshis.</summary>
    public required long PriceSats { get; init; }

    /// <summary>When its invoice was made; null if the gateway does not say.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was paid; null if the gateway does not say.</summary>
    public DateTimeOffset? SettledAt { get; init; }
}

/// <summary>Sales as counted by an Aperture, without revoked tokens and sessions.</summary>
public sealed record ApertureStatistic
{
    /// <summary>The gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Sales settled at this time or later; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Sales settled until this time; null for all.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Revenue, whole satoshis.</summary>
    public required long RevenueSats { get; init; }

    /// <summary>Settled transactions.</summary>
    public required long TransactionCount { get; init; }

    /// <summary>Revenue of each service.</summary>
    public required IReadOnlyList<ApertureServiceRevenue> Services { get; init; }
}

/// <summary>Revenue of a service.</summary>
/// <param name="ServiceName">The service.</param>
/// <param name="RevenueSats">Revenue, whole satoshis.</param>
public sealed record ApertureServiceRevenue(string ServiceName, long RevenueSats)
{
    /// <summary>Service and revenue.</summary>
    public override string ToString() => FormattableString.Invariant($"{ServiceName}: {RevenueSats} sat");
}

/// <summary>Filter of an Aperture's transactions.</summary>
public sealed record ApertureTransactionQuery
{
    /// <summary>Transactions of one state; null for both.</summary>
    public ApertureTransactionState? State { get; init; }

    /// <summary>Transactions of one service; null for all.</summary>
    public string? ServiceName { get; init; }

    /// <summary>Paid, or made where it is not paid, at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Paid, or made where it is not paid, before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Maximum number, newest first.</summary>
    public int First { get; init; } = int.MaxValue;

    internal bool Matches(ApertureTransaction transaction) =>
        (transaction.SettledAt ?? transaction.CreatedAt) is not { } at || (!(at < Since) && !(at >= Until));
}
