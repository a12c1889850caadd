using System;
using System.Threading;

namespace LightningOps.Leases;

/// <summary>
/// The lease under which the current flow of calls changes a gateway. A store that numbers leases marks its records
/// with it and refuses records of an older one.
/// </summary>
internal static class LeaseScope
{
    private static readonly AsyncLocal<LeaseHolder?> Held = new();

    /// <summary>Holder of the lease; null outside a roll-out.</summary>
    public static LeaseHolder? Current => Held.Value;

    /// <summary>Begins a scope, which ends when the result is disposed.</summary>
    public static IDisposable Enter(LeaseHolder holder)
    {
        var before = Held.Value;
        Held.Value = holder;
        return new End(before);
    }

    private sealed class End(LeaseHolder? before) : IDisposable
    {
        public void Dispose() => Held.Value = before;
    }
}
