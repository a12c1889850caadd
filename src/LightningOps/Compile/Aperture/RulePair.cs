using LightningOps.Compile.Languages;

namespace LightningOps.Compile.Aperture;

/// <summary>Two rules that some request may match both of, by their places in the sort order.</summary>
/// <param name="First">The smaller place.</param>
/// <param name="Second">The greater place.</param>
/// <param name="Relation">How the requests of the first stand to those of the second; never disjoint.</param>
internal readonly record struct RulePair(int First, int Second, Relation Relation);
