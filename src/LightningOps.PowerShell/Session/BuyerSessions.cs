using System;
using System.Collections.Generic;
using System.Threading;

namespace LightningOps.PowerShell.Session;

/// <summary>
/// Keeps what a command bought with for the next one that buys in the same way: opening store and key and connecting cost
/// more than a request. An unused one is closed after a while; all are closed with the module or the session.
/// </summary>
internal sealed class BuyerSessions : IDisposable
{
    /// <summary>How long one is kept that no command uses.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(2);

    private const int MaxIdle = 4;

    private readonly object gate = new();
    private readonly List<BuyerSession> idle = new();
    private readonly Timer clock;

    public BuyerSessions() => clock = new Timer(_ => CloseIdle(DateTimeOffset.UtcNow - IdleTime), null, Timeout.Infinite, Timeout.Infinite);

    /// <summary>How many are kept.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return idle.Count;
            }
        }
    }

    /// <summary>One that was made from the same; null where there is none, or its file has been replaced.</summary>
    public BuyerSession? Take(string key)
    {
        BuyerSession? found;
        lock (gate)
        {
            found = idle.Find(session => session.Key == key);
            if (found is not null)
            {
                idle.Remove(found);
            }
        }

        if (found is { IsCurrent: false })
        {
            found.Dispose();
            return null;
        }

        return found;
    }

    /// <summary>Keeps one that a command no longer uses.</summary>
    public void Return(BuyerSession session)
    {
        session.SetReturned();
        BuyerSession? oldest = null;
        lock (gate)
        {
            idle.Add(session);
            if (idle.Count > MaxIdle)
            {
                oldest = idle[0];
                idle.RemoveAt(0);
            }

            clock.Change(IdleTime, IdleTime);
        }

        oldest?.Dispose();
    }

    /// <summary>Closes all that no command uses.</summary>
    public void CloseAll() => CloseIdle(DateTimeOffset.MaxValue);

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseAll();
        clock.Dispose();
    }

    private void CloseIdle(DateTimeOffset before)
    {
        List<BuyerSession> closed;
        lock (gate)
        {
            closed = idle.FindAll(session => session.ReturnedAt <= before);
            idle.RemoveAll(closed.Contains);
            if (idle.Count == 0)
            {
                clock.Change(Timeout.Infinite, Timeout.Infinite);
            }
        }

        closed.ForEach(session => session.Dispose());
    }
}
