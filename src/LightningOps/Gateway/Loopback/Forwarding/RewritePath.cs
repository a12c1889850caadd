using System;
using System.Collections.Generic;
using LightningOps.Gateway.Loopback.Matching;

namespace LightningOps.Gateway.Loopback.Forwarding;

/// <summary>Prepends a service's prefix to a path like Go's URL.JoinPath, which also resolves dots and double slashes.</summary>
internal static class RewritePath
{
    /// <summary>The prefix of the file, escaped for use; empty for none.</summary>
    public static string NormalizePrefix(string written)
    {
        var bytes = PathText.GetBytes(written.Split('?', '#')[0]);
        return PathText.Escape(PathText.Unescape(bytes) ?? bytes);
    }

    /// <summary>The path requested from the upstream.</summary>
    /// <param name="prefix">Escaped; empty for none, which resolves nothing.</param>
    /// <param name="path">Path of the request, escaped.</param>
    public static string Join(string prefix, string path)
    {
        if (prefix.Length == 0)
        {
            return path;
        }

        var segments = new List<string>();
        foreach (var segment in (prefix + "/" + path).Split('/'))
        {
            if (segment == "..")
            {
                segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
            }
            else if (segment is not ("" or "."))
            {
                segments.Add(segment);
            }
        }

        var joined = "/" + string.Join("/", segments);
        return path.EndsWith("/", StringComparison.Ordinal) && !joined.EndsWith("/", StringComparison.Ordinal) ? joined + "/" : joined;
    }
}
