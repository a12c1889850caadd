using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.ApertureAdmin;
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

    /// <summary>The list of transactions.</summary>
    /// <exception cref="ConfigException">The gateway has none; the message says why.</exception>
    public static IGatewayTransactions Require(IGateway gateway)
    {
        if (Find(gateway) is { } transactions)
        {
            return transactions;
        }

        throw gateway is not ApertureFileGateway
            ? new ConfigException(nameof(Gateway), "this kind of gateway does not list its transactions", "Specify an Aperture with its admin API (-Gateway admin:https://host:port) or the gateway of this session (-Gateway loopback).")
            : ((IAdminApiFlag)gateway).HasAdminApi is null
                ? new ConfigException(nameof(Gateway), gateway.Name + " cannot be read, so its admin API, which lists the transactions, is not known", "Check the path, and that this account may read the file.")
                : new ConfigException(nameof(Gateway), "Aperture lists its transactions over its admin API only, and admin.enabled of " + gateway.Name + " is not true", "Set admin.enabled and admin.macaroonpath in the file, and restart Aperture.");
    }
}

/// <summary>The transactions of an Aperture, over its admin API.</summary>
internal sealed class AdminTransactions(IApertureApi aperture) : IGatewayTransactions, IGatewayOffers
{
    public Task<GatewayOffers> ReadOffersAsync(CancellationToken cancellationToken) => aperture.GetApi("read offers").ReadOffersAsync(cancellationToken);

    public Task<SettledTransactionPage> ListSettledAsync(SettledTransactionQuery query, CancellationToken cancellationToken) =>
        aperture.GetApi("list transactions").ListSettledAsync(query, cancellationToken);
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
