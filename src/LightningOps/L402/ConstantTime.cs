using System;
using System.Runtime.CompilerServices;

namespace LightningOps.L402;

/// <summary>Comparison whose time tells nothing of where two secrets differ.</summary>
internal static class ConstantTime
{
    /// <summary>Whether both hold the same bytes; only their lengths may show in the time taken.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        var difference = 0;
        for (var i = 0; i < left.Length; i++)
        {
            difference |= left[i] ^ right[i];
        }

        return difference == 0;
    }
}
