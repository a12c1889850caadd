namespace LightningOps.Reconcile.Leases;

/// <summary>Another reconcile of the same gateway is at work (<c>LeaseHeldError</c>); nothing was touched.</summary>
public sealed class LeaseHeldException : LightningOpsException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="holder">Who holds its lease, or null when that cannot be read.</param>
    public LeaseHeldException(string gateway, LeaseHolder? holder)
        : base(
            "LeaseHeldError",
            gateway + " is being reconciled by " + (holder?.ToString() ?? "another process"),
            "Wait until it is done, or allow more time to wait for it; the lease of a process that is gone is taken over by itself.")
    {
        Gateway = gateway;
        Holder = holder;
    }

    /// <summary>Name of the gateway.</summary>
    public string Gateway { get; }

    /// <summary>Who holds its lease, or null when that cannot be read.</summary>
    public LeaseHolder? Holder { get; }
}
