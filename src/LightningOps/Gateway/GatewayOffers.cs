using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Gateway;

/// <summary>A gateway that reports its payment methods (docs/reference/aperture.md#admin-api).</summary>
internal interface IGatewayOffers
{
    /// <summary>The current payment methods.</summary>
    /// <exception cref="GatewayException">The gateway was not reached, or it refused.</exception>
    Task<GatewayOffers> ReadOffersAsync(CancellationToken cancellationToken);
}

/// <summary>The payment methods of a gateway besides L402.</summary>
internal sealed record GatewayOffers
{
    /// <summary>Whether Payment charges are offered; they have no token.</summary>
    public required bool Payments { get; init; }

    /// <summary>Whether sessions are offered. Their deposits, spending and refunds appear in no list.</summary>
    public required bool Sessions { get; init; }

    /// <summary>
    /// Schemes accepted by each service: <c>l402</c>, <c>mpp</c> or <c>l402+mpp</c>. A service without a setting is
    /// listed as l402 and accepts both.
    /// </summary>
    public IReadOnlyDictionary<string, string> Schemes { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
