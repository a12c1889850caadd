namespace LightningOps.Compile.Aperture;

/// <summary>A route on its way into the order: its patterns, the kind of its path language, its sort key.</summary>
internal sealed class ApertureRule : RequestPattern
{
    public ApertureRule(CandidateRoute candidate, PatternTable patterns)
        : base(patterns.Host(candidate.Route.HostPattern), patterns.Path(candidate.Route.PathPattern))
    {
        Candidate = candidate;
        PathKind = PatternKind.GetPathKind(candidate.Path);
        HostSpecificity = PatternKind.HostSpecificity(candidate.Host);
        ServiceName = LightningOps.Compile.ServiceName.For(candidate);
    }

    public CandidateRoute Candidate { get; }

    public string ServiceName { get; }

    public long Priority => Candidate.Route.Priority;

    public string PaywallId => Candidate.Paywall.PaywallId;

    public string RouteId => Candidate.Route.RouteId;

    private PathKind PathKind { get; }

    private int HostSpecificity { get; }

    /// <summary>Priority, then the older service's key with ordinal comparison (docs/reference/compile.md#order).</summary>
    public static int Compare(ApertureRule x, ApertureRule y)
    {
        var order = x.Priority.CompareTo(y.Priority);
        order = order != 0 ? order : y.HostSpecificity.CompareTo(x.HostSpecificity);
        order = order != 0 ? order : ((int)y.PathKind).CompareTo((int)x.PathKind);
        order = order != 0 || ReferenceEquals(x.Host, y.Host) ? order : string.CompareOrdinal(x.Candidate.Host, y.Candidate.Host);
        order = order != 0 ? order : string.CompareOrdinal(x.Candidate.Path, y.Candidate.Path);
        order = order != 0 ? order : string.CompareOrdinal(x.PaywallId, y.PaywallId);
        order = order != 0 ? order : string.CompareOrdinal(x.RouteId, y.RouteId);
        order = order != 0 ? order : string.CompareOrdinal(x.Candidate.UpstreamUrl, y.Candidate.UpstreamUrl);
        return order != 0 ? order : x.Candidate.Paywall.Policy.FixedAmountMsats.CompareTo(y.Candidate.Paywall.Policy.FixedAmountMsats);
    }
}
