using System;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Tests.Support;

/// <summary>Stands between a client and a peer, and spoils the requests it is told to.</summary>
/// <param name="peer">Answers what is not spoilt.</param>
/// <param name="stalled">Called when nothing more comes of a request: the client's limit may run out.</param>
public sealed class FaultProxy(Func<RecordedRequest, Task<Reply>> peer, Action? stalled = null)
{
    private int seen;

    /// <summary>Requests that arrived.</summary>
    public int Seen => Volatile.Read(ref seen);

    /// <summary>The fault of a request, given its number from 1; null for none.</summary>
    public Func<int, RecordedRequest, HttpFault?> Fault { get; set; } = (_, _) => null;

    /// <summary>Counts from 1 again.</summary>
    public void Restart() => Volatile.Write(ref seen, 0);

    public async Task<Reply> AnswerAsync(RecordedRequest request)
    {
        var fault = Fault(Interlocked.Increment(ref seen), request);
        switch (fault)
        {
            case HttpFault.DroppedBefore:
                return Reply.DropAfterReading;
            case HttpFault.ErrorBefore:
                return Reply.Status(500);
            case HttpFault.TooMany:
                return Reply.Status(429, ("Retry-After", "1"));
            case HttpFault.StalledBefore:
                return Reply.Stalled(stalled);
        }

        var reply = await peer(request);
        return fault switch
        {
            null => reply,
            HttpFault.DroppedAfter => Reply.DropAfterReading,
            HttpFault.ErrorAfter => Reply.Status(500),
            HttpFault.Truncated => Reply.Truncated("{\"services\":[]}"),
            _ => Reply.Stalled(stalled),
        };
    }
}
