using System;
using System.Collections.Generic;
using LightningOps.Gateway.Loopback.Configuration;

namespace LightningOps.Gateway.Loopback.Limits;

/// <summary>
/// The rate limits of one service (Aperture proxy/ratelimiter.go): a bucket for each client and expression text, of which
/// the 10,000 used last are kept. A request that one limit denies is denied.
/// </summary>
internal sealed class RateLimiter
{
    private const int MostBuckets = 10_000;
    private static readonly TimeSpan NeverWait = TimeSpan.FromSeconds(1);
    private readonly IReadOnlyList<RateLimit> limits;
    private readonly TimeProvider time;
    private readonly long begin;
    private readonly RecentlyUsed<(string Client, string Limit), TokenBucket> buckets = new(MostBuckets);

    public RateLimiter(IReadOnlyList<RateLimit> limits, TimeProvider time)
    {
        this.limits = limits;
        this.time = time;
        begin = time.GetTimestamp();
    }

    /// <summary>Lets a request through, or not.</summary>
    /// <param name="path">Its path, unescaped.</param>
    /// <param name="client">Whom it is counted for.</param>
    /// <returns>Null when it goes through; else how long to wait at least.</returns>
    /// <remarks>
    /// As in Aperture, a limit that would have let a denied request through has counted it all the same: what it gives
    /// back is what was taken of the future, and a token that was there is not given back.
    /// </remarks>
    public TimeSpan? Admit(string path, string client)
    {
        lock (buckets)
        {
            TimeSpan? longest = null;
            var taken = new List<TokenBucket>();
            var now = time.GetElapsedTime(begin);
            foreach (var limit in limits)
            {
                if (!limit.Counts(path))
                {
                    continue;
                }

                var bucket = BucketOf(limit, client, now);
                var wait = bucket.Reserve(now);
                if (wait > TimeSpan.Zero)
                {
                    taken.Add(bucket);
                }

                longest = wait != TimeSpan.Zero && (longest is null || (wait ?? NeverWait) > longest) ? wait ?? NeverWait : longest;
            }

            taken.ForEach(static bucket => bucket.Return());
            return longest;
        }
    }

    private TokenBucket BucketOf(RateLimit limit, string client, TimeSpan now)
    {
        if (buckets.TryGet((client, limit.Key), out var bucket))
        {
            return bucket!;
        }

        var made = new TokenBucket(limit.PerSecond, limit.Burst, now);
        buckets.Add((client, limit.Key), made);
        return made;
    }
}
