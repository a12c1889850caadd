namespace LightningOps.Compile.Aperture;

/// <summary>The requests that a rule or a service matches: its two patterns, and the kind of its path language.</summary>
internal class RequestPattern
{
    public RequestPattern(RoutePattern host, RoutePattern path)
    {
        Host = host;
        Path = path;
        if (!IsAnalyzed)
        {
            Shape = PathComplexity.General;
        }
        else if (Path.Language.TryGetLiteral(out var literal))
        {
            Shape = PathComplexity.Literal;
            PathText = literal;
        }
        else if (Path.Language.TryGetPrefix(out var stem))
        {
            Shape = PathComplexity.Prefix;
            PathText = stem;
        }
    }

    public RoutePattern Host { get; }

    public RoutePattern Path { get; }

    public PathComplexity Shape { get; } = PathComplexity.General;

    /// <summary>The literal, or the stem of the prefix; empty for a general language.</summary>
    public string PathText { get; } = string.Empty;

    /// <summary>Whether both patterns are expressions that some request matches. Other rules are not analysed.</summary>
    public bool IsAnalyzed => Host.IsReadable && Path.IsReadable && Host.UnreachableReason is null && Path.UnreachableReason is null;
}
