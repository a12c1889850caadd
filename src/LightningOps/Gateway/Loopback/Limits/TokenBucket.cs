using System;

namespace LightningOps.Gateway.Loopback.Limits;

/// <summary>
/// A bucket that is full at first and fills at a steady rate, as golang.org/x/time/rate has it, whose reservations Aperture
/// takes and gives back (proxy/ratelimiter.go). Not safe from several threads.
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

    /// <summary>Takes a token, of the future when there is none.</summary>
    /// <returns>How long until it is there; null when the bucket holds none ever.</returns>
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

    /// <summary>Gives a token of the future back.</summary>
    public void Return() => tokens = Math.Min(burst, tokens + 1);

    private void Fill(TimeSpan now)
    {
        var elapsed = now > last ? now - last : TimeSpan.Zero;
        tokens = Math.Min(burst, tokens + (elapsed.TotalSeconds * perSecond));
        last = now > last ? now : last;
    }
}
