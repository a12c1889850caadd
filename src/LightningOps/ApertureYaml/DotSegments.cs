using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.ApertureYaml;

/// <summary>
/// Aperture matches the path as sent, then joins a rewrite prefix with dot segments resolved; many upstreams resolve
/// them as well. So <c>/one/free/../paid</c> is free, and <c>/../../etc</c> leaves a prefix.
/// </summary>
/// <param name="budget">Budget of all searches.</param>
internal sealed class DotSegments(AnalysisBudget budget)
{
    // Segments before the first dot segment of an example. A pattern that needs more of them is rare.
    private const int MaxDepth = 5;

    private readonly Dictionary<(int Depth, int Steps, string Ending), RegularLanguage> climbs = new();

    /// <summary>Whether the budget is used up, so that more may be found.</summary>
    public bool IsCutShort => budget.Exhausted;

    /// <summary>A decoded path of the language that leaves the prefix; null if none is found.</summary>
    /// <param name="path">The paths a service matches.</param>
    /// <param name="expression">Their expression.</param>
    /// <param name="prefix">The prefix of its rewrite.</param>
    /// <param name="sample">A path like those that match, if one is known.</param>
    public string? FindOutside(RegularLanguage path, string expression, string prefix, string? sample = null)
    {
        if (!MayMatch(expression))
        {
            return null;
        }

        var begin = path.LiteralPrefix.StartsWith("/", StringComparison.Ordinal) ? path.LiteralPrefix : "/";
        var inside = CountSegments(prefix);
        var root = Resolve(prefix);
        var simple = new[] { begin.Substring(0, begin.LastIndexOf('/') + 1), begin.TrimEnd('/') + "/", sample?.Substring(0, sample.LastIndexOf('/') + 1) ?? "/" }
            .Select(stem => stem + string.Concat(Enumerable.Repeat("../", CountSegments(stem) + inside)) + "etc");
        return simple.FirstOrDefault(path.Matches)
            ?? Search(path, inside, "/etc").FirstOrDefault(found => !IsBelow(Resolve(prefix + "/" + found), root));
    }

    /// <summary>A decoded path that a service frees and that has another path once dot segments are resolved, which is not free; null if none is found.</summary>
    /// <param name="free">The paths that need no payment.</param>
    /// <param name="matched">The paths the service matches.</param>
    /// <param name="reached">The paths that matter once dot segments are resolved; null for all.</param>
    public string? FindFree(RegularLanguage free, RegularLanguage matched, RegularLanguage? reached = null)
    {
        var stem = free.LiteralPrefix.StartsWith("/", StringComparison.Ordinal) ? free.LiteralPrefix : "/" + free.LiteralPrefix;
        var simple = new[] { stem, stem + "/x", stem + "x" }.Select(static inside => inside.TrimEnd('/') + "/../paid").Where(free.Matches);
        return simple.Concat(Search(free.Intersect(matched, budget), 0, "/paid")).FirstOrDefault(found =>
            matched.Matches(found) && !free.Matches(Resolve(found)) && reached?.Matches(Resolve(found)) != false);
    }

    /// <summary>The path without dot segments and empty segments.</summary>
    public static string Resolve(string path)
    {
        var segments = new List<string>();
        foreach (var segment in path.Split('/').Where(static one => one.Length > 0 && one != "."))
        {
            if (segment != "..")
            {
                segments.Add(segment);
            }
            else if (segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
        }

        return new StringBuilder("/").Append(string.Join("/", segments)).ToString();
    }

    // Paths of some plain segments, some dot segments and a rest.
    private IEnumerable<string> Search(RegularLanguage language, int inside, string usual)
    {
        if (language.TryGetLiteral(out _) || !language.MatchesExactly || language.FindCommon(Climb(-1, 0, string.Empty), budget) is null)
        {
            yield break;
        }

        foreach (var rest in new[] { usual, "(?:/[^/.][^/]*)*" })
        {
            for (var depth = 0; depth <= MaxDepth; depth++)
            {
                for (var steps = 1; steps <= depth + inside; steps++)
                {
                    if (language.FindCommon(Climb(depth, steps, rest), budget) is { } found)
                    {
                        yield return found;
                    }
                }
            }
        }
    }

    // A depth of -1 stands for every path with a dot segment.
    private RegularLanguage Climb(int depth, int steps, string rest)
    {
        if (!climbs.TryGetValue((depth, steps, rest), out var climb))
        {
            var text = depth < 0 ? @"^(?:/[^/]*)*/\.\.(?:/[^/]*)*$" : FormattableString.Invariant($@"^(?:/[^/.][^/]*){{{depth}}}(?:/\.\.){{{steps}}}{rest}$");
            climb = Re2Expression.TryParse(text, out var expression, out _) ? RegularLanguage.FromExpression(expression) : throw new InvalidOperationException(text);
            climbs.Add((depth, steps, rest), climb);
        }

        return climb;
    }

    // Whether an expression can match two dots, by its text. Most expressions cannot, and need no automaton then.
    private static bool MayMatch(string expression)
    {
        if (!expression.StartsWith("^", StringComparison.Ordinal) || !expression.EndsWith("$", StringComparison.Ordinal))
        {
            return true;
        }

        var (dots, depth) = (0, 0);
        for (var i = 0; i < expression.Length; i++)
        {
            var next = i + 1 < expression.Length ? expression[i + 1] : '\0';
            if (expression[i] == '.' || (expression[i] == '\\' && "DWSPpxQBC".IndexOf(next) >= 0) || (expression[i] == '[' && !IsWithoutDot(expression, i)))
            {
                return true;
            }

            if (expression[i] == '\\')
            {
                dots += next == '.' ? 1 : 0;
                i++;
            }
            else if ((dots > 0 && (expression[i] is '*' or '+' or '{')) || (depth == 0 && expression[i] == '|'))
            {
                return true;
            }
            else
            {
                depth += expression[i] == '(' ? 1 : expression[i] == ')' ? -1 : 0;
            }
        }

        return dots > 1;
    }

    // A class such as [0-9a-z_]; others may hold a dot.
    private static bool IsWithoutDot(string expression, int at)
    {
        var close = expression.IndexOf(']', at + 1);
        return close > at + 1 && expression.Substring(at + 1, close - at - 1).All(static one => one is (>= '0' and <= '9') or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_' or '-');
    }

    private static bool IsBelow(string path, string root) => path == root || path.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static int CountSegments(string path) => path.Split('/').Count(static segment => segment.Length > 0);
}
