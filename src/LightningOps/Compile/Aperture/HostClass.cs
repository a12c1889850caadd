using System.Collections.Generic;

namespace LightningOps.Compile.Aperture;

/// <summary>The rules whose host pattern has the same text.</summary>
internal sealed class HostClass
{
    private readonly List<int> places = new();
    private PathIndex? paths;

    public HostClass(RoutePattern pattern) => Pattern = pattern;

    public RoutePattern Pattern { get; }

    /// <summary>Places of the rules in the sort order.</summary>
    public IReadOnlyList<int> Places => places;

    public void Add(int place) => places.Add(place);

    public PathIndex Paths(IReadOnlyList<RequestPattern> rules) => paths ??= new PathIndex(rules, places);
}
