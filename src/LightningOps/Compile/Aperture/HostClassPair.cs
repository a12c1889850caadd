using LightningOps.Compile.Languages;

namespace LightningOps.Compile.Aperture;

/// <summary>Two host classes that some host belongs to both of.</summary>
/// <param name="First">One class.</param>
/// <param name="Second">Another.</param>
/// <param name="Relation">How the hosts of the first stand to those of the second; never disjoint.</param>
internal readonly record struct HostClassPair(HostClass First, HostClass Second, Relation Relation);
