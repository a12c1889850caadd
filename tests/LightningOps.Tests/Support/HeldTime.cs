using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Tests.Support;

/// <summary>The system's clock, but limits of seconds run out only when told: a peer that says nothing costs no time.</summary>
public sealed class HeldTime : TimeProvider
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private readonly List<HeldTimer> held = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime >= TimeSpan.Zero && dueTime < Shortest)
        {
            return System.CreateTimer(callback, state, dueTime, period);
        }

        var timer = new HeldTimer(this, () => callback(state)) { Due = dueTime };
        lock (held)
        {
            held.Add(timer);
        }

        return timer;
    }

    /// <summary>Lets every limit that is not longer run out, beside what the caller is doing.</summary>
    public void RunOut(TimeSpan longest) => _ = Task.Run(() => Pass(longest));

    private void Pass(TimeSpan time)
    {
        HeldTimer[] over;
        lock (held)
        {
            over = held.Where(timer => timer.Due >= TimeSpan.Zero && timer.Due <= time).ToArray();
        }

        foreach (var timer in over)
        {
            timer.Fire();
        }
    }

    private sealed class HeldTimer(HeldTime time, Action fire) : ITimer
    {
        public TimeSpan Due { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime;
            return true;
        }

        public void Dispose()
        {
            lock (time.held)
            {
                time.held.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
