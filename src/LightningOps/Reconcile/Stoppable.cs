using System;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Reconcile;

/// <summary>Work of the processor alone that does not look at a token: a plan over thousands of expressions takes half a minute.</summary>
internal static class Stoppable
{
    /// <summary>The result of the work; who stops does not wait for it, and what it finds is then nobody's.</summary>
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
