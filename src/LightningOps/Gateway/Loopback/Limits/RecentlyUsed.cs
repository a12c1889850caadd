using System.Collections.Generic;

namespace LightningOps.Gateway.Loopback.Limits;

/// <summary>Keeps as many values as it may, and lets the one go that was not used for the longest time. Not safe from several threads.</summary>
internal sealed class RecentlyUsed<TKey, TValue>
    where TKey : notnull
{
    private readonly int most;
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> places = new();
    private readonly LinkedList<(TKey Key, TValue Value)> order = new();

    public RecentlyUsed(int most) => this.most = most;

    public bool TryGet(TKey key, out TValue? value)
    {
        if (!places.TryGetValue(key, out var place))
        {
            value = default;
            return false;
        }

        order.Remove(place);
        order.AddFirst(place);
        value = place.Value.Value;
        return true;
    }

    public void Add(TKey key, TValue value)
    {
        if (places.Count == most)
        {
            places.Remove(order.Last!.Value.Key);
            order.RemoveLast();
        }

        places[key] = order.AddFirst((key, value));
    }
}
