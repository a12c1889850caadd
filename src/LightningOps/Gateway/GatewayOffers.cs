using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Gateway;

/// <summary>A gateway that tells which ways to pay it offers (docs/reference/aperture.md#admin-api).</summary>
internal interface IGatewayOffers
{
    /// <summary>The ways it offers now.</summary>
    /// <exception cref="GatewayException">The gateway was not reached or refused.</exception>
    Task<GatewayOffers> ReadOffersAsync(CancellationToken cancellationToken);
}

/// <summary>The ways to pay that a gateway offers, beside L402.</summary>
internal sealed record GatewayOffers
{
    /// <summary>Whether Payment charges are offered; they have no token.</summary>
    public required bool Payments { get; init; }

    /// <summary>Whether sessions are offered; their deposits, spending and refunds are in no list.</summary>
    public required bool Sessions { get; init; }

    /// <summary>What each service accepts: <c>l402</c>, <c>mpp</c> or <c>l402+mpp</c>. A service without a setting is listed as l402 and accepts both.</summary>
    public IReadOnlyDictionary<string, string> Schemes { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
