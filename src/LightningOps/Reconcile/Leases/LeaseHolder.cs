using System;
using System.Globalization;

namespace LightningOps.Reconcile.Leases;

/// <summary>Who may change a gateway now, or claims to.</summary>
public sealed record LeaseHolder
{
    /// <summary>Name of the gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Request the reconcile runs under.</summary>
    public required string RequestId { get; init; }

    /// <summary>Machine the process runs on.</summary>
    public required string Host { get; init; }

    /// <summary>Process id on that machine.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Since when, Unix milliseconds.</summary>
    public required long SinceMs { get; init; }

    /// <summary>Until when unless it is renewed, Unix milliseconds.</summary>
    public required long ExpiresAtMs { get; init; }

    /// <summary>Tells this lease from every other.</summary>
    public required string Token { get; init; }

    /// <summary>Where the process id means that process: containers of one host name may each have their own.</summary>
    public string? ProcessSpace { get; init; }

    /// <summary>Process, machine, time and request.</summary>
    public override string ToString() => string.Format(
        CultureInfo.InvariantCulture,
        "{0} on {1} since {2:yyyy-MM-ddTHH:mm:ssZ} for request {3}",
        ProcessId == 0 ? "a process that is not known" : "process " + ProcessId.ToString(CultureInfo.InvariantCulture),
        Host,
        DateTimeOffset.FromUnixTimeMilliseconds(SinceMs).UtcDateTime,
        RequestId);
}
