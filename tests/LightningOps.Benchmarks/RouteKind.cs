namespace LightningOps.Benchmarks;

/// <summary>How the routes of a snapshot are written.</summary>
public enum RouteKind
{
    /// <summary>Plain hosts and paths.</summary>
    Literal,

    /// <summary>Anchored regular expressions, as the hosted control plane gives them.</summary>
    Regex,
}
