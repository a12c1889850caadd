using System.Collections.Generic;
using System.Net;

namespace LightningOps.Gateway.Loopback.Configuration;

/// <summary>What a loopback gateway serves.</summary>
internal sealed class LoopbackConfig
{
    /// <summary>Services in match order.</summary>
    public required IReadOnlyList<LoopbackService> Services { get; init; }

    /// <summary>Addresses that are turned away.</summary>
    public required ISet<IPAddress> Blocked { get; init; }

    /// <summary>Whether the node is asked if an invoice is settled, beside the proof.</summary>
    public required bool VerifiesInvoices { get; init; }

    /// <summary>Whether the file turns the admin API on.</summary>
    public required bool HasAdminApi { get; init; }

    /// <summary>Settings of the file that do nothing here, a sentence each.</summary>
    public required IReadOnlyList<string> Notices { get; init; }
}
