using System;

namespace LightningOps.Settlements.Transactions;

/// <summary>Which transactions of a gateway are read.</summary>
public sealed class GatewayTransactionOptions
{
    /// <summary>From when on, whatever was read before; null goes on where the last import ended.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether a service is left out; null leaves none out.</summary>
    public Func<string, bool>? IsExcluded { get; init; }

    /// <summary>
    /// How much of what was read before is read again: a gateway's clock may be set back, and what is settled at one
    /// moment may be listed a little later.
    /// </summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(10);
}
