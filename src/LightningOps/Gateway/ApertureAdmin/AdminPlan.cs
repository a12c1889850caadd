using System.Collections.Generic;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>The calls that turn one list of services into another.</summary>
internal sealed class AdminPlan
{
    /// <summary>The calls, in order; after each, every request gets what it got before, what it is to get, or nothing.</summary>
    public required IReadOnlyList<AdminStep> Steps { get; init; }

    /// <summary>Names deleted and created again.</summary>
    public required ISet<string> Recreated { get; init; }

    /// <summary>Services not made here that would take requests of a service that is created behind them.</summary>
    public required IReadOnlyList<(GatewayService Foreign, GatewayService Wanted)> InTheWay { get; init; }

    /// <summary>Whether the meaning of the wanted services depends on their order.</summary>
    public required bool OrderMatters { get; init; }
}
