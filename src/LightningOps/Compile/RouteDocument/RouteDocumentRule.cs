namespace LightningOps.Compile.RouteDocument;

/// <summary>A route with its sort key parsed once.</summary>
internal sealed class RouteDocumentRule
{
    public RouteDocumentRule(CandidateRoute candidate)
    {
        Candidate = candidate;
        Kind = PatternKind.GetPathKind(candidate.Path);
        HostSpecificity = PatternKind.HostSpecificity(candidate.Host);
    }

    public CandidateRoute Candidate { get; }

    public PathKind Kind { get; }

    public int HostSpecificity { get; }

    public string Host => Candidate.Host;

    public string Path => Candidate.Path;

    public long Priority => Candidate.Route.Priority;

    /// <summary>The prefix that a pattern requires: the pattern without its final <c>*</c>.</summary>
    public string Stem => Path.Substring(0, Path.Length - 1);

    public static int Compare(RouteDocumentRule x, RouteDocumentRule y)
    {
        var order = x.Priority.CompareTo(y.Priority);
        order = order != 0 ? order : y.HostSpecificity.CompareTo(x.HostSpecificity);
        order = order != 0 ? order : ((int)y.Kind).CompareTo((int)x.Kind);
        order = order != 0 ? order : Collation.Instance.Compare(x.Host, y.Host);
        order = order != 0 ? order : Collation.Instance.Compare(x.Path, y.Path);
        order = order != 0 ? order : Collation.Instance.Compare(x.Candidate.Paywall.PaywallId, y.Candidate.Paywall.PaywallId);
        return order != 0 ? order : Collation.Instance.Compare(x.Candidate.Route.RouteId, y.Candidate.Route.RouteId);
    }

    public bool IsMoreGeneralThan(RouteDocumentRule other)
    {
        if (HostSpecificity != other.HostSpecificity)
        {
            return HostSpecificity < other.HostSpecificity;
        }

        return Kind != other.Kind ? Kind < other.Kind : Path.Length < other.Path.Length;
    }
}
