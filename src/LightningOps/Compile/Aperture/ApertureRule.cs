using LightningOps.Compile.Languages;

namespace LightningOps.Compile.Aperture;

/// <summary>A route on its way into the order: its patterns, the kind of its path language, its sort key.</summary>
internal sealed class ApertureRule
{
    public ApertureRule(CandidateRoute candidate, PatternTable patterns)
    {
        Candidate = candidate;
        Host = patterns.Host(candidate.Route.HostPattern);
        Path = patterns.Path(candidate.Route.PathPattern);
        PathKind = PatternKind.OfPath(candidate.Path);
        HostSpecificity = PatternKind.HostSpecificity(candidate.Host);
        ServiceName = Compile.ServiceName.Of(candidate);
        if (!IsAnalyzed)
        {
            Shape = PathShape.General;
        }
        else if (Path.Language.TryGetLiteral(out var literal))
        {
            Shape = PathShape.Literal;
            PathText = literal;
        }
        else if (Path.Language.TryGetPrefix(out var stem))
        {
            Shape = PathShape.Prefix;
            PathText = stem;
        }
    }

    public CandidateRoute Candidate { get; }

    public RoutePattern Host { get; }

    public RoutePattern Path { get; }

    public PathShape Shape { get; } = PathShape.General;

    /// <summary>The literal, or the stem of the prefix; empty for a general language.</summary>
    public string PathText { get; } = string.Empty;

    public string ServiceName { get; }

    public long Priority => Candidate.Route.Priority;

    public string PaywallId => Candidate.Paywall.PaywallId;

    public string RouteId => Candidate.Route.RouteId;

    /// <summary>Whether both patterns are expressions that some request matches; else the rule takes no part in the analysis.</summary>
    public bool IsAnalyzed => Host.Error is null && Path.Error is null && !Path.MatchesNothing;

    private PathKind PathKind { get; }

    private int HostSpecificity { get; }

    /// <summary>Priority, then the older service's key with ordinal comparison (contracts/compile.md, Order).</summary>
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
