using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Buyer;

/// <summary>Runs work with the same key once for all concurrent callers.</summary>
internal sealed class SingleFlight<TKey, T>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Task<T>> flights = new();

    /// <summary>Runs the work, or waits for a caller that already runs it. A failure is shared by all callers; a cancellation is not.</summary>
    /// <returns>The result, and whether it was produced for this caller.</returns>
    public async Task<(T Outcome, bool IsOwn)> RunAsync(TKey key, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            var own = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            var flight = flights.GetOrAdd(key, own.Task);
            if (flight == own.Task)
            {
                return (await LeadAsync(key, own, work, cancellationToken).ConfigureAwait(false), true);
            }

            try
            {
                return (await flight.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false), false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The caller that ran it was cancelled; the next one runs it.
            }
        }
    }

    private async Task<T> LeadAsync(TKey key, TaskCompletionSource<T> own, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await work(cancellationToken).ConfigureAwait(false);
            flights.TryRemove(key, out _);
            own.TrySetResult(outcome);
            return outcome;
        }
        catch (OperationCanceledException)
        {
            flights.TryRemove(key, out _);
            own.TrySetCanceled(CancellationToken.None);
            throw;
        }
        catch (Exception failure)
        {
            flights.TryRemove(key, out _);
            own.TrySetException(failure);

            // Observed, even if nobody waits.
            _ = own.Task.Exception;
            throw;
        }
    }
}
