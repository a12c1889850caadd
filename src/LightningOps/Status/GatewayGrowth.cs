using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Gateway.ApertureFile;

namespace LightningOps.Status;

/// <summary>
/// How much an Aperture has grown (docs/reference/aperture.md#operation): each challenge leaves a root key, a transaction and an
/// invoice, paid or not. A number that cannot be read is null.
/// </summary>
public sealed record GatewayGrowth
{
    /// <summary>Number of challenges ever made: root keys in the database. A revoked token is not counted.</summary>
    public long? Challenges { get; init; }

    /// <summary>Number of challenges that were paid.</summary>
    public long? Payments { get; init; }

    /// <summary>Number of transactions in the database, paid or not.</summary>
    public long? Transactions { get; init; }

    /// <summary>Challenges for each payment; null if nothing was paid.</summary>
    public double? ChallengesPerPayment => Challenges is { } made && Payments is > 0 and var paid ? (double)made / paid : null;

    /// <summary>Size of the database, bytes.</summary>
    public long? DatabaseBytes { get; init; }

    /// <summary>How long the last starts took that a roll-out has seen, milliseconds, the newest last.</summary>
    public IReadOnlyList<long> StartsMs { get; init; } = [];

    /// <summary>The last start divided by the median of the earlier ones; null with fewer than two starts.</summary>
    public double? StartTrend => GetMedian(StartsMs) is > 0 and var median ? (double)StartsMs[StartsMs.Count - 1] / median : null;

    internal static GatewayGrowth From(ApertureGrowth growth) => new()
    {
        Challenges = growth.RootKeys,
        Payments = growth.Paid,
        Transactions = growth.Transactions,
        DatabaseBytes = growth.DatabaseBytes,
        StartsMs = growth.StartsMs,
    };

    /// <summary>The median of all starts but the last; null where there is none.</summary>
    internal static long? GetMedian(IReadOnlyList<long> starts)
    {
        var earlier = starts.Take(starts.Count - 1).OrderBy(static ms => ms).ToArray();
        return earlier.Length == 0 ? null : earlier[earlier.Length / 2];
    }

    /// <summary>Challenges, payments and size, as far as they are known.</summary>
    public override string ToString() => Format(Challenges, "challenges") + ", " + Format(Payments, "payments") + ", " + Format(DatabaseBytes, "bytes");

    private static string Format(long? count, string what) => count is { } known ? FormattableString.Invariant($"{known} {what}") : what + " not known";
}
