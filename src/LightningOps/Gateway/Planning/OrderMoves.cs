using System;
using System.Collections.Generic;

namespace LightningOps.Gateway.Planning;

/// <summary>Finds the fewest services to move so that the others keep their order: all but a longest increasing subsequence.</summary>
internal static class OrderMoves
{
    /// <summary>Indexes into <paramref name="oldPlaces"/> of the services to move.</summary>
    /// <param name="oldPlaces">Live places, in the desired order; all different.</param>
    public static HashSet<int> Find(IReadOnlyList<int> oldPlaces)
    {
        // tails[n]: the item that ends an increasing run of n + 1 items with the smallest place.
        var tails = new List<int>();
        var before = new int[oldPlaces.Count];
        var moved = new HashSet<int>();
        for (var i = 0; i < oldPlaces.Count; i++)
        {
            moved.Add(i);
            var length = RunsEndingBefore(oldPlaces[i]);
            before[i] = length > 0 ? tails[length - 1] : -1;
            if (length == tails.Count)
            {
                tails.Add(i);
            }
            else
            {
                tails[length] = i;
            }
        }

        for (var i = tails.Count > 0 ? tails[tails.Count - 1] : -1; i >= 0; i = before[i])
        {
            moved.Remove(i);
        }

        return moved;

        int RunsEndingBefore(int place)
        {
            var low = 0;
            var high = tails.Count;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (oldPlaces[tails[middle]] < place)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            return low;
        }
    }
}
