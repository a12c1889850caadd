using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.ApertureFile;

namespace LightningOps.Gateway;

/// <summary>A gateway that lists its paid invoices (docs/reference/aperture.md#admin-api).</summary>
public interface IGatewayTransactions
{
    /// <summary>A page of the settled transactions, those created last first.</summary>
    /// <exception cref="GatewayException">The gateway was not reached or refused.</exception>
    Task<SettledTransactionPage> ListSettledAsync(SettledTransactionQuery query, CancellationToken cancellationToken);
}

/// <summary>Finds the transactions of a gateway.</summary>
public static class GatewayTransactions
{
    /// <summary>What lists them; null for a gateway that does not.</summary>
    public static IGatewayTransactions? Find(IGateway gateway) =>
        gateway as IGatewayTransactions ?? (gateway as ApertureFileGateway)?.Transactions;
}

/// <summary>An invoice that a gateway sold a credential for, as it tells of it; the preimage is not told.</summary>
public sealed record SettledTransaction
{
    /// <summary>Number it has at the gateway.</summary>
    public required long Id { get; init; }

    /// <summary>Token of the credential, hex; empty where it was sold without.</summary>
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
}

/// <summary>A page of transactions.</summary>
/// <param name="Transactions">Newest first.</param>
/// <param name="TotalCount">How many there are on all pages; 0 when the gateway could not count them.</param>
public sealed record SettledTransactionPage(IReadOnlyList<SettledTransaction> Transactions, long TotalCount);

/// <summary>Which settled transactions are wanted: those settled within a span of time, both ends included.</summary>
/// <param name="From">Settled at this time or later; whole seconds.</param>
/// <param name="To">Settled at this time or before; whole seconds.</param>
/// <param name="Limit">Maximum number, 1 to 1000.</param>
/// <param name="Offset">Number to skip first.</param>
public sealed record SettledTransactionQuery(DateTimeOffset From, DateTimeOffset To, int Limit, int Offset);
