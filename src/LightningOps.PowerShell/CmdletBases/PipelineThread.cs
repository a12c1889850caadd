using System;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>
/// Runs an asynchronous body on a worker, while the pipeline thread, the only one that may write, carries out its
/// requests.
/// </summary>
internal sealed class PipelineThread
{
    private readonly BlockingCollection<Call> calls = new();
    private readonly CancellationTokenSource abandoned = new();
    private readonly CancellationTokenSource stop;
    private readonly int owner = Environment.CurrentManagedThreadId;
    private ExceptionDispatchInfo? failure;

    private PipelineThread(CancellationTokenSource stop) => this.stop = stop;

    /// <summary>Runs <paramref name="body"/> to its end on a worker; called on the pipeline thread.</summary>
    /// <param name="body">Receives the access to the pipeline thread.</param>
    /// <param name="stop">Cancelled when a call on the pipeline thread throws, which means that the pipeline has ended.</param>
    public static void Run(Func<PipelineThread, Task> body, CancellationTokenSource stop)
    {
        var thread = new PipelineThread(stop);
        var work = Task.Run(async () =>
        {
            try
            {
                await body(thread).ConfigureAwait(false);
            }
            finally
            {
                thread.calls.CompleteAdding();
            }
        });
        thread.ProcessCalls(work);
    }

    /// <summary>
    /// Like <see cref="Run" />, but the body begins on the pipeline thread and leaves it at its first wait. For a
    /// body that never blocks on work that needs the pipeline thread.
    /// </summary>
    public static void RunHere(Func<PipelineThread, Task> body, CancellationTokenSource stop)
    {
        var thread = new PipelineThread(stop);
        var work = Begin(body, thread);
        if (work.IsCompleted)
        {
            thread.calls.CompleteAdding();
        }
        else
        {
            work.ContinueWith((_, queue) => ((BlockingCollection<Call>)queue!).CompleteAdding(), thread.calls, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        thread.ProcessCalls(work);
    }

    // An exception before the first wait is thrown like later ones.
    private static Task Begin(Func<PipelineThread, Task> body, PipelineThread thread)
    {
        try
        {
            return body(thread);
        }
#pragma warning disable CA1031 // #pragma warning disable CA1031 // Rethrown once earlier output is written.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception is OperationCanceledException canceled && canceled.CancellationToken.IsCancellationRequested ? Task.FromCanceled(canceled.CancellationToken) : Task.FromException(exception);
        }
    }

    /// <summary>The rest of an abandoned body; null if it was not abandoned.</summary>
    public Task? Abandoned { get; private set; }

    /// <summary>Releases the pipeline thread at once. The body is stopped already and ends by itself without further notice.</summary>
    public void Abandon() => abandoned.Cancel();

    /// <summary>Queues <paramref name="action"/> without waiting for it.</summary>
    public void Post(Action action) => Add(new Call(action));

    /// <summary>Runs <paramref name="question"/> on the pipeline thread and waits for the answer.</summary>
    public T Invoke<T>(Func<T> question)
    {
        if (Environment.CurrentManagedThreadId == owner)
        {
            // Earlier output comes first.
            while (calls.TryTake(out var call))
            {
                Carry(call);
            }

            stop.Token.ThrowIfCancellationRequested();
            return question();
        }

        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(new Call(() => answer.SetResult(question()), () => answer.TrySetCanceled()));
        return answer.Task.GetAwaiter().GetResult();
    }

    private void Add(Call call)
    {
        stop.Token.ThrowIfCancellationRequested();
        calls.Add(call);
    }

    private void ProcessCalls(Task work)
    {
        try
        {
            foreach (var call in calls.GetConsumingEnumerable(abandoned.Token))
            {
                Carry(call);
            }
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            while (calls.TryTake(out var call))
            {
                call.Drop();
            }

            // Its outcome is recorded by itself, or is unknown.
            Abandoned = work.ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
            throw;
        }

        if (failure is null)
        {
            work.GetAwaiter().GetResult();
            return;
        }

        // The body has ended; its outcome no longer matters.
        work.ContinueWith(static ended => ended.Exception, TaskScheduler.Default).GetAwaiter().GetResult();
        failure.Throw();
    }

    private void Carry(Call call)
    {
        if (failure is not null)
        {
            call.Drop();
            return;
        }

        try
        {
            call.Action();
        }
#pragma warning disable CA1031 // #pragma warning disable CA1031 // Any exception of the pipeline first ends the body and is then rethrown.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = ExceptionDispatchInfo.Capture(exception);
            call.Drop();
            stop.Cancel();
        }
    }

    private sealed class Call
    {
        private readonly Action? drop;

        public Call(Action action, Action? drop = null)
        {
            Action = action;
            this.drop = drop;
        }

        public Action Action { get; }

        public void Drop() => drop?.Invoke();
    }
}
