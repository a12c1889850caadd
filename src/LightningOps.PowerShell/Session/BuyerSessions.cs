using System;
using System.Collections.Generic;
using System.Threading;

namespace LightningOps.PowerShell.Session;

/// <summary>
/// Keeps buyer sessions for the next command with the same settings, because opening store and key and connecting
/// cost more than a request. An unused session is closed after a while; all are closed with the module or the
/// session.
/// </summary>
internal sealed class BuyerSessions : IDisposable
{
    /// <summary>How long an unused session is kept.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(2);

    private const int MaxIdle = 4;

    private readonly object gate = new();
    private readonly List<BuyerSession> idle = new();
    private readonly Timer clock;

    public BuyerSessions() => clock = new Timer(_ => CloseIdle(DateTimeOffset.UtcNow - IdleTime), null, Timeout.Infinite, Timeout.Infinite);

    /// <summary>Number of kept sessions.</summary>
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

    /// <summary>A kept session with the same key; null if there is none, or its file was replaced.</summary>
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

    /// <summary>Keeps a session that a command no longer uses.</summary>
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

    /// <summary>Closes all unused sessions.</summary>
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
