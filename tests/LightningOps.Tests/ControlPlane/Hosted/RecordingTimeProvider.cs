using System;
using System.Collections.Generic;
using System.Threading;

namespace LightningOps.Tests.ControlPlane.Hosted;

/// <summary>A clock whose waits under an hour are over at once, and which tells what they were.</summary>
internal sealed class RecordingTimeProvider : TimeProvider
{
    private readonly List<TimeSpan> waits = [];

    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (waits)
            {
                return [.. waits];
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
        {
            lock (waits)
            {
                waits.Add(dueTime);
            }
        }

        return base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromHours(1) ? TimeSpan.FromMilliseconds(1) : dueTime, period);
    }
}
