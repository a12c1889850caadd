using System;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>The prefix of a rewrite, as Go's url.Parse and Service.prepareRewrite judge it.</summary>
internal static class RewritePrefix
{
    /// <summary>Whether Aperture takes the prefix.</summary>
    public static bool IsAbsolutePath(string prefix)
    {
        if (prefix.Length == 0 || prefix[0] != '/')
        {
            return false;
        }

        var path = Without(Without(prefix, '#', out var fragment), '?', out var query);
        return fragment.Length == 0 && query.Length == 0 && !HasHost(path) && HasOnlyPathCharacters(path);
    }

    private static string Without(string text, char separator, out string rest)
    {
        var index = text.IndexOf(separator);
        rest = index < 0 ? string.Empty : text.Substring(index + 1);
        return index < 0 ? text : text.Substring(0, index);
    }

    /// <summary>Two slashes begin a host; three leave it empty, which url.Parse takes for a path.</summary>
    private static bool HasHost(string path) =>
        path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("///", StringComparison.Ordinal);

    private static bool HasOnlyPathCharacters(string path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] is < ' ' or '\x7f' || path[i] == '%' && !(i + 2 < path.Length && Uri.IsHexDigit(path[i + 1]) && Uri.IsHexDigit(path[i + 2])))
            {
                return false;
            }
        }

        return true;
    }
}
