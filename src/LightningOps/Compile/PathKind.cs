using System;

namespace LightningOps.Compile;

/// <summary>What a path pattern looks like, ordered from general to specific (docs/reference/compile.md#path-kinds).</summary>
internal enum PathKind
{
    CatchAll = 0,
    Regex = 1,
    Prefix = 2,
    Exact = 3,
}

/// <summary>Reads kinds and specificities off normalised patterns.</summary>
internal static class PatternKind
{
    private static readonly char[] Metacharacters = { '\\', '^', '$', '+', '?', '(', ')', '[', ']', '{', '}', '|' };

    public static PathKind GetPathKind(string path)
    {
        if (path is "/" or "/*")
        {
            return PathKind.CatchAll;
        }

        if (path.EndsWith("/*", StringComparison.Ordinal))
        {
            return PathKind.Prefix;
        }

        return HasMetacharacter(path) || path.IndexOf('*') >= 0 ? PathKind.Regex : PathKind.Exact;
    }

    public static bool HasMetacharacter(string pattern) => pattern.IndexOfAny(Metacharacters) >= 0;

    /// <summary>2 exact, 1 with a wildcard, 0 any host.</summary>
    public static int HostSpecificity(string host) =>
        host == "*" ? 0 : host.IndexOf('*') >= 0 ? 1 : 2;
}
