using System.Collections.Generic;

namespace LightningOps.Compile.Languages;

/// <summary>Compares arrays of integers by their members, so that sets of states can be keys.</summary>
internal sealed class IntSequenceComparer : IEqualityComparer<int[]>
{
    /// <summary>The one instance.</summary>
    public static IntSequenceComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(int[]? x, int[]? y)
    {
        if (ReferenceEquals(x, y))
        {
            return true;
        }

        if (x is null || y is null || x.Length != y.Length)
        {
            return false;
        }

        for (var i = 0; i < x.Length; i++)
        {
            if (x[i] != y[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public int GetHashCode(int[] obj)
    {
        var hash = 17u;
        foreach (var member in obj)
        {
            hash = unchecked((hash ^ (uint)member) * 0x9E3779B1u);
            hash ^= hash >> 15;
        }

        return unchecked((int)hash);
    }
}
