using System.IO;
using System.Text;

namespace LightningOps.Artifacts;

/// <summary>Where the artifacts of a run go when the operator does not say (docs/reference/smokes.md#artifacts).</summary>
public static class RunFolder
{
    private const int LongestName = 120;

    /// <summary><c>output/lightning-ops/KIND/REQUEST</c> under a folder.</summary>
    /// <param name="directory">The session's current directory.</param>
    /// <param name="kind">For example <c>full-flow</c>.</param>
    /// <param name="requestId">Request of the run, made fit for a path.</param>
    public static string Default(string directory, string kind, string requestId) =>
        Path.Combine(directory, "output", "lightning-ops", kind, NameOf(requestId));

    /// <summary>Every run of characters outside A-Z a-z 0-9 . _ - as one underscore, at most 120 of them.</summary>
    internal static string NameOf(string requestId)
    {
        var name = new StringBuilder(requestId.Length);
        var isInRun = false;
        foreach (var sign in requestId)
        {
            var isKept = sign is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '_' or '-';
            if (isKept || !isInRun)
            {
                name.Append(isKept ? sign : '_');
            }

            isInRun = !isKept;
        }

        var cut = name.ToString(0, name.Length < LongestName ? name.Length : LongestName);

        // What would name this folder or the one above it is no name of its own.
        return cut.Trim('.').Length == 0 ? "_" + cut : cut;
    }
}
