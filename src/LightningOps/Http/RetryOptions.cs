using System;

namespace LightningOps.Http;

/// <summary>Limits of one call and of its retries.</summary>
/// <param name="Time">Clock of time limits and waits.</param>
/// <param name="TryTimeout">Time limit of one attempt.</param>
/// <param name="Tries">Maximum number of tries.</param>
/// <param name="RetryDelay">Delay before the second attempt; it doubles with each attempt, with jitter.</param>
/// <param name="MaxRetryDelay">Maximum delay between two attempts unless Retry-After sets it.</param>
/// <param name="MaxRetryAfter">Maximum Retry-After to wait for; a longer one fails the call at once.</param>
internal sealed record RetryOptions(TimeProvider Time, TimeSpan TryTimeout, int Tries, TimeSpan RetryDelay, TimeSpan MaxRetryDelay, TimeSpan MaxRetryAfter);
