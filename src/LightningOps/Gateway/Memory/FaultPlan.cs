using System;
using System.Collections.Concurrent;

namespace LightningOps.Gateway.Memory;

/// <summary>The calls of a <see cref="MemoryGateway" /> that fail: for each operation, the fate of its first call, its second and so on.</summary>
internal sealed class FaultPlan
{
    private readonly ConcurrentDictionary<GatewayOperation, ConcurrentQueue<FaultMoment?>> faults = new();

    /// <summary>Makes the next undecided calls of an operation fail.</summary>
    public FaultPlan Fail(GatewayOperation operation, FaultMoment moment, int times = 1) => Add(operation, moment, times);

    /// <summary>Makes the next undecided calls of an operation succeed.</summary>
    public FaultPlan Pass(GatewayOperation operation, int times = 1) => Add(operation, null, times);

    /// <summary>The fate of the next call: the moment of its failure, or null when it succeeds.</summary>
    internal FaultMoment? Take(GatewayOperation operation) =>
        faults.TryGetValue(operation, out var fates) && fates.TryDequeue(out var fate) ? fate : null;

    private FaultPlan Add(GatewayOperation operation, FaultMoment? fate, int times)
    {
        if (times < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(times));
        }

        var fates = faults.GetOrAdd(operation, _ => new ConcurrentQueue<FaultMoment?>());
        for (var i = 0; i < times; i++)
        {
            fates.Enqueue(fate);
        }

        return this;
    }
}

/// <summary>The moment of a failure within a call.</summary>
public enum FaultMoment
{
    /// <summary>Before anything was done.</summary>
    Before,

    /// <summary>After the change was made completely; the caller cannot distinguish the two.</summary>
    After,
}

/// <summary>Operations of a gateway that can be made to fail.</summary>
public enum GatewayOperation
{
    /// <summary>Reading the state.</summary>
    ReadState,

    /// <summary>Applying a configuration.</summary>
    Apply,

    /// <summary>Rolling back.</summary>
    RollBack,

    /// <summary>Closing services.</summary>
    Close,

    /// <summary>The health check.</summary>
    Health,

    /// <summary>The challenge check.</summary>
    Challenge,

    /// <summary>The proxy check.</summary>
    Proxy,
}
