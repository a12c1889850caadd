using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using LightningOps.Gateway.Loopback.Configuration;

namespace LightningOps.Gateway.Loopback.Limits;

/// <summary>
/// The rate limits of one service (Aperture proxy/ratelimiter.go): one bucket per client and expression text; the
/// 10,000 most recently used are kept. A request is denied if any limit denies it.
/// </summary>
internal sealed class RateLimiter
{
    private const int MaxBuckets = 10_000;
    private static readonly TimeSpan NeverWait = TimeSpan.FromSeconds(1);
    private readonly IReadOnlyList<RateLimit> limits;
    private readonly TimeProvider time;
    private readonly long begin;
    private readonly RecentlyUsed<(string Client, string Limit), TokenBucket> buckets = new(MaxBuckets);

    public RateLimiter(IReadOnlyList<RateLimit> limits, TimeProvider time)
    {
        this.limits = limits;
        this.time = time;
        begin = time.GetTimestamp();
    }

    /// <summary>Admits a request or not.</summary>
    /// <param name="path">Its path, unescaped.</param>
    /// <param name="client">The client to count.</param>
    /// <returns>Null when it is admitted; else the minimum wait.</returns>
    /// <remarks>
    ///  As in Aperture, a limit that would have admitted a denied request has still counted it: only a token reserved
    /// from the future is returned, not one that was available.
    /// </remarks>
    public TimeSpan? TryAdmit(string path, string client)
    {
        lock (buckets)
        {
            TimeSpan? longest = null;
            var isClosed = false;
            var taken = new List<TokenBucket>();
            var now = time.GetElapsedTime(begin);
            foreach (var limit in limits)
            {
                if (!limit.Counts(path))
                {
                    continue;
                }

                var bucket = GetBucket(limit, client, now);
                var wait = bucket.Reserve(now);
                if (wait > TimeSpan.Zero)
                {
                    taken.Add(bucket);
                }

                isClosed |= wait is null;
                longest = wait > TimeSpan.Zero && !(wait <= longest) ? wait : longest;
            }

            taken.ForEach(static bucket => bucket.Return());

            // Aperture asks no further bucket for its wait after one that never holds a token.
            return isClosed ? NeverWait : longest;
        }
    }

    private TokenBucket GetBucket(RateLimit limit, string client, TimeSpan now)
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

/// <summary>
/// A bucket that starts full and fills at a steady rate, like golang.org/x/time/rate, whose reservations Aperture
/// makes and cancels (proxy/ratelimiter.go). Not thread-safe.
/// </summary>
internal sealed class TokenBucket
{
    private readonly double perSecond;
    private readonly long burst;
    private double tokens;
    private TimeSpan last;

    public TokenBucket(double perSecond, long burst, TimeSpan now)
    {
        this.perSecond = perSecond;
        this.burst = burst;
        tokens = burst;
        last = now;
    }

    /// <summary>Takes a token, from the future when none is available.</summary>
    /// <returns>Time until it is available; null when the bucket never holds one.</returns>
    public TimeSpan? Reserve(TimeSpan now)
    {
        if (burst < 1)
        {
            return null;
        }

        Fill(now);
        tokens--;
        return tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(-tokens / perSecond, TimeSpan.MaxValue.TotalSeconds / 2));
    }

    /// <summary>Returns a token taken from the future.</summary>
    public void Return() => tokens = Math.Min(burst, tokens + 1);

    private void Fill(TimeSpan now)
    {
        var elapsed = now > last ? now - last : TimeSpan.Zero;
        tokens = Math.Min(burst, tokens + (elapsed.TotalSeconds * perSecond));
        last = now > last ? now : last;
    }
}

/// <summary>Keeps a maximum number of values and drops the least recently used one. Not thread-safe.</summary>
internal sealed class RecentlyUsed<TKey, TValue>
    where TKey : notnull
{
    private readonly int max;
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> places = new();
    private readonly LinkedList<(TKey Key, TValue Value)> order = new();

    public RecentlyUsed(int most) => this.max = most;

    public bool TryGet(TKey key, out TValue? value)
    {
        if (!places.TryGetValue(key, out var place))
        {
            value = default;
            return false;
        }

        order.Remove(place);
        order.AddFirst(place);
        value = place.Value.Value;
        return true;
    }

    public void Add(TKey key, TValue value)
    {
        if (places.Count == max)
        {
            places.Remove(order.Last!.Value.Key);
            order.RemoveLast();
        }

        places[key] = order.AddFirst((key, value));
    }
}

/// <summary>The network that an address is counted under: /24 of IPv4, /48 of IPv6 (Aperture netutil).</summary>
internal static class ClientNetwork
{
    public static string FromAddress(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        for (var i = plain.AddressFamily == AddressFamily.InterNetwork ? 3 : 6; i < bytes.Length; i++)
        {
            bytes[i] = 0;
        }

        return new IPAddress(bytes).ToString();
    }
}

/// <summary>Counts the free requests of each network (Aperture freebie/mem_store.go).</summary>
internal sealed class Freebies
{
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly int max;

    public Freebies(int most) => this.max = most;

    /// <summary>Takes a free request; false when none is left.</summary>
    public bool TryTake(string network)
    {
        lock (counts)
        {
            counts.TryGetValue(network, out var taken);
            if (taken >= max)
            {
                return false;
            }

            counts[network] = taken + 1;
            return true;
        }
    }
}
