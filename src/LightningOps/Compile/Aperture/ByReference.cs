using System.Collections.Generic;
using System.Runtime.CompilerServices;
using LightningOps.Paywalls;

namespace LightningOps.Compile.Aperture;

/// <summary>Tells paywalls apart as objects: comparing all their members a million times would be the work of the compile.</summary>
internal sealed class ByReference : IEqualityComparer<Paywall>
{
    public static ByReference Instance { get; } = new();

    public bool Equals(Paywall? x, Paywall? y) => ReferenceEquals(x, y);

    public int GetHashCode(Paywall obj) => RuntimeHelpers.GetHashCode(obj);
}
