using System;

namespace LightningOps.Reconcile.Leases;

/// <summary>Asks for the lease of a gateway.</summary>
/// <param name="Gateway">Name of the gateway.</param>
/// <param name="RequestId">Request the reconcile runs under.</param>
internal sealed record LeaseRequest(string Gateway, string RequestId)
{
    /// <summary>How long to wait while another holds it.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.Zero;

    /// <summary>Told who holds it when the wait begins, and again when that is another.</summary>
    public Action<LeaseHolder>? Waiting { get; init; }

    /// <summary>How long it holds without being renewed; it is renewed three times in that time.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often to look while waiting.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(250);
}
