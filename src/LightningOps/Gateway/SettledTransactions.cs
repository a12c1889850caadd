using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.ApertureFile;

namespace LightningOps.Gateway;

/// <summary>A gateway that lists its paid invoices (docs/reference/aperture.md#admin-api).</summary>
public interface IGatewayTransactions
{
    /// <summary>A page of the settled transactions, newest creation first.</summary>
    /// <exception cref="GatewayException">The gateway was not reached, or it refused.</exception>
    Task<SettledTransactionPage> ListSettledAsync(SettledTransactionQuery query, CancellationToken cancellationToken);
}

/// <summary>Finds the transactions of a gateway.</summary>
public static class GatewayTransactions
{
    /// <summary>The list of transactions; null for a gateway without one.</summary>
    public static IGatewayTransactions? Find(IGateway gateway) =>
        gateway as IGatewayTransactions ?? (gateway as ApertureFileGateway)?.Transactions;
}

/// <summary>A paid invoice for a credential, as reported by a gateway, without its preimage.</summary>
public sealed record SettledTransaction
{
    /// <summary>Its number at the gateway.</summary>
    public required long Id { get; init; }

    /// <summary>Token of the credential, hex; empty if it was sold without one.</summary>
    public required string TokenId { get; init; }

    /// <summary>Payment hash, hex.</summary>
    public required string PaymentHash { get; init; }

    /// <summary>Service that was bought.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Price, satoshis.</summary>
    public required long PriceSats { get; init; }

    /// <summary>When it was made; null if the gateway does not report it.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was paid, to the second; null if the gateway does not report it.</summary>
    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>Whether it is known to be a check of the operator, which is no revenue.</summary>
    public bool IsOwnCheck { get; init; }
}

/// <summary>A page of transactions.</summary>
/// <param name="Transactions">Newest first.</param>
/// <param name="TotalCount">Number on all pages; 0 if the gateway could not count them.</param>
public sealed record SettledTransactionPage(IReadOnlyList<SettledTransaction> Transactions, long TotalCount);

/// <summary>Filter of settled transactions: settled within a period, both ends included.</summary>
/// <param name="From">Settled at this time or later; whole seconds.</param>
/// <param name="To">Settled at this time or before; whole seconds.</param>
/// <param name="Limit">Maximum number, 1 to 1000.</param>
/// <param name="Offset">Number to skip first.</param>
public sealed record SettledTransactionQuery(DateTimeOffset From, DateTimeOffset To, int Limit, int Offset);
