using System;
using System.Collections.Generic;

namespace LightningOps.Gateway.Loopback.Limits;

/// <summary>Counts the free requests of each network (Aperture freebie/mem_store.go).</summary>
internal sealed class Freebies
{
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly int most;

    public Freebies(int most) => this.most = most;

    /// <summary>Takes a free request; false when there is none left.</summary>
    public bool TryTake(string network)
    {
        lock (counts)
        {
            counts.TryGetValue(network, out var taken);
            if (taken >= most)
            {
                return false;
            }

            counts[network] = taken + 1;
            return true;
        }
    }
}
