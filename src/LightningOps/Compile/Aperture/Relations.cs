using LightningOps.Compile.Languages;

namespace LightningOps.Compile.Aperture;

/// <summary>Arithmetic of relations.</summary>
internal static class Relations
{
    /// <summary>The relation of requests, from those of hosts and of paths: a request is matched when both are.</summary>
    public static Relation OfRequests(Relation host, Relation path)
    {
        if (host == Relation.Disjoint || path == Relation.Disjoint)
        {
            return Relation.Disjoint;
        }

        if (host == Relation.Unknown || path == Relation.Unknown)
        {
            return Relation.Unknown;
        }

        if (host == Relation.Equal)
        {
            return path;
        }

        return path == Relation.Equal || path == host ? host : Relation.Overlaps;
    }

    public static Relation Reverse(Relation relation) => relation switch
    {
        Relation.Inside => Relation.Contains,
        Relation.Contains => Relation.Inside,
        _ => relation,
    };
}
