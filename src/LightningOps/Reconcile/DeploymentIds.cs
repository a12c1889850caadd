using System;
using System.Linq;

namespace LightningOps.Reconcile;

/// <summary>Deployment ids made of request ids (docs/reference/gateway.md#deployment-ids): the same request gives the same deployment.</summary>
internal static class DeploymentIds
{
    private const int LongestRequest = 90;

    public static string OfCompile(string requestId) => "dep_compile_" + Sanitised(requestId);

    public static string OfReconcile(string requestId) => "dep_reconcile_" + Sanitised(requestId);

    public static string OfClosing(string requestId) => "dep_close_" + Sanitised(requestId);

    /// <summary>The request of one gateway among several: its place stays when the id is cut, or two would share a deployment.</summary>
    public static string RequestOfPlace(string requestId, int place)
    {
        var suffix = ":" + place.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return requestId.Substring(0, Math.Min(requestId.Length, LongestRequest - suffix.Length)) + suffix;
    }

    private static string Sanitised(string requestId)
    {
        var kept = string.Concat(requestId.Take(LongestRequest).Select(character => IsKept(character) ? character : '_'));
        return kept.Length == 0 ? "run" : kept;
    }

    private static bool IsKept(char character) =>
        character is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '0' and <= '9' or '_' or '-';
}
