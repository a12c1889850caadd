using System;

namespace LightningOps.Compile;

/// <summary>The shape of a path pattern, ordered from general to specific (docs/reference/compile.md#path-kinds).</summary>
internal enum PathKind
{
    CatchAll = 0,
    Regex = 1,
    Prefix = 2,
    Exact = 3,
}

/// <summary>Determines kind and specificity of normalised patterns.</summary>
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

        return IsUnanchored(path) || HasMetacharacter(path) || path.IndexOf('*') >= 0 ? PathKind.Regex : PathKind.Exact;
    }

    /// <summary>Prefix of an expression that is matched as Aperture does, anywhere in the text.</summary>
    public const string UnanchoredPrefix = "re2:";

    public static bool IsUnanchored(string pattern) => pattern.StartsWith(UnanchoredPrefix, StringComparison.Ordinal);

    public static bool HasMetacharacter(string pattern) => pattern.IndexOfAny(Metacharacters) >= 0;

    /// <summary>2 exact, 1 with a wildcard, 0 any host.</summary>
    public static int HostSpecificity(string host) =>
        host == "*" ? 0 : IsUnanchored(host) || host.IndexOf('*') >= 0 ? 1 : 2;
}
