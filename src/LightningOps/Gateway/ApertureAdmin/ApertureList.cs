using System.Collections;
using System.Collections.Generic;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Items that an Aperture lists, and whether it counts more of them.</summary>
/// <typeparam name="T">Type of an item.</typeparam>
public sealed class ApertureList<T> : IReadOnlyList<T>
{
    private readonly IReadOnlyList<T> items;

    internal ApertureList(IReadOnlyList<T> items, long missing, string? warning)
    {
        this.items = items;
        Missing = missing;
        Warning = warning;
    }

    /// <summary>Number of items that the Aperture counts and does not list; 0 if it lists all, does not count, or was not asked for all.</summary>
    public long Missing { get; }

    /// <summary>The sentence about the missing items; null if none is missing.</summary>
    public string? Warning { get; }

    /// <inheritdoc/>
    public int Count => items.Count;

    /// <inheritdoc/>
    public T this[int index] => items[index];

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
