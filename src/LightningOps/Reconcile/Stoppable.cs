using System;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Reconcile;

/// <summary>Runs CPU-bound work that does not observe a token: a plan over thousands of expressions takes half a minute.</summary>
internal static class Stoppable
{
    /// <summary>The result of the work. A caller that stops does not wait for it, and the result is dropped.</summary>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public static async Task<T> RunAsync<T>(Func<T> work, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var running = Task.Run(work, CancellationToken.None);
        var stopped = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stop.Register(() => stopped.TrySetResult(true)))
        {
            if (await Task.WhenAny(running, stopped.Task).ConfigureAwait(false) == running)
            {
                return await running.ConfigureAwait(false);
            }
        }

        _ = running.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        throw new OperationCanceledException(stop);
    }
}
