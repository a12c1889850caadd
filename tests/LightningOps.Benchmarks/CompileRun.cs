using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using LightningOps.Compile;
using LightningOps.Paywalls;

namespace LightningOps.Benchmarks;

/// <summary>
/// <c>compile [ROUTES] [ROUNDS] [SHAPE…]</c>: analysis and rendering of a snapshot against System.Text.Json making plain objects
/// of the same UTF-8 bytes, in alternating rounds of one process, for each shape of routes. The ratio is of medians. The decode
/// of the contract is shown beside, and is not part of the ratio.
/// </summary>
public static class CompileRun
{
    /// <summary>Name of the verb.</summary>
    public const string Verb = "compile";

    /// <summary>Name of the verb for hostile inputs.</summary>
    public const string HostileVerb = "compile-hostile";

    private const int WarmUps = 8;

    private static readonly Dictionary<string, Func<int, (string Host, string Path)>> Shapes = new(StringComparer.Ordinal)
    {
        ["literal"] = static i => (Host(i, 10), "/v1/item-" + Number(i)),
        ["literal-hosts"] = static i => (Host(i, int.MaxValue), "/v1/item-" + Number(i)),
        ["hosted"] = static i => (@"^h" + Number(i % 10) + @"\.example\.com$", "^/v1/item-" + Number(i) + "(?:/[a-z0-9]+)?$"),
        ["class-inside"] = static i => (Host(i, 10), "^/users/[0-9]+/item-" + Number(i) + "$"),
        ["alternation"] = static i => (Host(i, 10), "^/(en|de|fr)/item-" + Number(i) + @"(\.json|\.xml)?$"),
        ["class-first"] = static i => (Host(i, 10), "^/[a-z]{2}/item-" + Number(i) + "/[^/]*$"),
        ["repeat"] = static i => (Host(i, 10), "^/item-" + Number(i) + "(/[a-z]+)*/(a|b|cd)+$"),
        ["open-ended"] = static i => (Host(i, 10), "^/users/[0-9]+/item-" + Number(i) + "(/|$)"),
        ["without-anchors"] = static i => (Host(i, 10), "/users/[0-9]+/item-" + Number(i)),
        ["any-case"] = static i => (Host(i, 10), "(?i)^/api/item-" + Number(i) + "/.*$"),
        ["unicode"] = static i => (Host(i, 10), @"^/\p{L}+/item-" + Number(i) + "$"),
        ["optional-segment"] = static i => (Host(i, 10), "^/x/(?:[a-z]{2,5}/)?" + Number(i) + "$"),
        ["host-expressions"] = static i => ("^[a-z]+-" + Number(i) + @"\.example\.com$", "/v1/item-" + Number(i)),
        ["reserved"] = static i => (Host(i, 10), "^/[a-z]+(/[a-z]+)?/n" + Number(i) + "$"),
        ["any-before"] = static i => (Host(i, 10), "^/.*/report-" + Number(i) + "$"),
        ["random"] = static i => (Host(i, 10), RandomPath(i)),
        ["random-overlapping"] = static i => (Host(i, 10), RandomOverlappingPath(i)),
    };

    /// <summary>Makes the run.</summary>
    public static int Run(string[] arguments)
    {
        var routes = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 16_000;
        var rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 10;
        foreach (var (name, shape) in Shapes.Where(shape => arguments.Length < 3 || arguments.Skip(2).Contains(shape.Key)))
        {
            Measure(name, SnapshotFile.Json(routes, shape), routes, rounds);
        }

        return 0;
    }

    /// <summary><c>compile-hostile [NAME…]</c>: measures inputs that are made to be slow; all of them without a name.</summary>
    public static int RunHostile(string[] names)
    {
        PaywallCompiler.Compile(PaywallSnapshot.Read(SnapshotFile.Json(500, Shapes["hosted"]), "benchmark"), new CompileOptions());
        var slowest = 0.0;
        foreach (var (name, routes, shape) in Hostile().Where(input => names.Length == 0 || names.Contains(input.Name)))
        {
            var paywalls = PaywallSnapshot.Read(SnapshotFile.Json(routes, shape), "benchmark");
            GC.Collect();
            var clock = Stopwatch.StartNew();
            var before = Environment.CpuUsage.TotalTime;
            var result = PaywallCompiler.Compile(paywalls, new CompileOptions());
            clock.Stop();
            var processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            slowest = Math.Max(slowest, clock.Elapsed.TotalSeconds);
            Console.WriteLine(FormattableString.Invariant(
                $"{name}: {routes} routes, {clock.Elapsed.TotalSeconds:0.00} s, {processor:0.00} s of processor; {string.Join(", ", result.Diagnostics.GroupBy(static found => found.Code).Select(static group => group.Key + " " + group.Count()))}"));
        }

        Console.WriteLine(FormattableString.Invariant($"the slowest took {slowest:0.00} s"));
        return 0;
    }

    private static IEnumerable<(string Name, int Routes, Func<int, (string Host, string Path)> Shape)> Hostile()
    {
        yield return ("overlapping classes", 3_000, static i => ("h.example", "^/[a-z]*y" + Number(i) + "z[a-z0-9]*$"));
        yield return ("counted repeats", 300, static i => ("h.example", "^/(a|b)*a(a|b){" + Number(12 + (i % 3)) + "}x" + Number(i) + "?$"));
        yield return ("determinization", 2_000, static i => ("h.example", "^/[ab]*a[ab]{9}[ab]*c{0," + Number(i % 40) + "}$"));
        yield return ("any in between", 16_000, static i => ("h.example", "^/.*a" + Number(i % 10) + ".*b" + Number(i) + ".*$"));
        yield return ("nested repeats", 500, static i => ("h.example", "^/((a{1,9}b?){1,9}c?){1,9}" + Number(i) + "$"));
        yield return ("many alternatives", 1_000, static i => ("h.example", "^/(" + string.Join("|", Enumerable.Range(i, 120).Select(static n => "x" + Number(n * 37 % 1000))) + ")*$"));
        yield return ("unicode classes", 1_500, static i => ("h.example", @"^/[^\pL]*\p{Greek}*\w+[^\d]*" + Number(i) + "$"));
        yield return ("expressions of hosts", 2_000, static i => ("^[a-z]*y" + Number(i) + @"[a-z0-9.]*\.example$", "^/[a-z]*z" + Number(i) + "[a-z]*$"));
        yield return ("globs", 16_000, static i => ("*.h" + Number(i % 7) + ".example", "/*/x" + Number(i) + "/*/y/*"));
        yield return ("paths that fit all beginnings", 16_000, static i => ("h.example", i % 2 == 0
            ? "/" + new string('a', 45) + "/" + Number(i)
            : "^/" + string.Concat(Enumerable.Range(0, 40).Select(bit => (i * 2_654_435_761L >> bit % 32 & 1) == 0 ? "[ab]" : "[ac]")) + "[a-z/0-9]*$"));
        yield return ("the same prefix", 100_000, static i => ("h.example", "/" + new string('a', i % 300) + "/" + Number(i) + "/*"));
    }

    private static void Measure(string name, byte[] json, int routes, int rounds)
    {
        var paywalls = PaywallSnapshot.Read(json, "benchmark");
        var (baseline, decode, compile) = (new List<(double Clock, double Processor)>(), new List<(double Clock, double Processor)>(), new List<(double Clock, double Processor)>());
        CompileResult? result = null;
        var (allocated, collections, pause) = (0L, 0, TimeSpan.Zero);
        for (var round = -WarmUps; round < rounds; round++)
        {
            var taken = (
                Time(() => SnapshotFile.Deserialize(json)),
                Time(() => PaywallSnapshot.Read(json, "benchmark")),
                Time(() =>
                {
                    var before = (GC.GetTotalAllocatedBytes(), GC.CollectionCount(0), GC.GetTotalPauseDuration());
                    result = PaywallCompiler.Compile(paywalls, new CompileOptions());
                    (allocated, collections, pause) = (GC.GetTotalAllocatedBytes() - before.Item1, GC.CollectionCount(0) - before.Item2, GC.GetTotalPauseDuration() - before.Item3);
                    return result;
                }));
            if (round >= 0)
            {
                baseline.Add(taken.Item1);
                decode.Add(taken.Item2);
                compile.Add(taken.Item3);
            }
        }

        Console.WriteLine(FormattableString.Invariant(
            $"{name}, {routes} routes: System.Text.Json {Median(baseline, static taken => taken.Clock):0.0} ms, compile {Median(compile, static taken => taken.Clock):0.0} ms = {Ratio(compile, baseline, static taken => taken.Clock):0.00} ({Ratio(compile, baseline, static taken => taken.Processor):0.00} of processor), {allocated / 1048576} MiB in {collections} collections of {pause.TotalMilliseconds:0.0} ms, decode {Ratio(decode, baseline, static taken => taken.Clock):0.00}; {(result!.Valid ? "valid" : "invalid")}, {result.DiagnosticsSummary}{(result.Valid ? string.Empty : ": " + result.Diagnostics[0])}"));
    }

    private static (double Clock, double Processor) Time(Func<object> work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var made = work();
        clock.Stop();
        GC.KeepAlive(made);
        return (clock.Elapsed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
    }

    private static double Ratio(List<(double Clock, double Processor)> taken, List<(double Clock, double Processor)> baseline, Func<(double Clock, double Processor), double> value) =>
        Median(taken, value) / Median(baseline, value);

    private static double Median(List<(double Clock, double Processor)> taken, Func<(double Clock, double Processor), double> value)
    {
        var sorted = taken.Select(value).Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Host(int i, int hosts) => "h" + Number(i % hosts) + ".example.com";

    private static string Number(int i) => i.ToString(CultureInfo.InvariantCulture);

    // Equal in every run: two to four segments of one or two random parts each. The number is the first, second or third segment of all
    // paths of a host, so that no two of them match the same request.
    private static string RandomPath(int i)
    {
        var random = new Random(i);
        var place = i % 10 % 3;
        var path = new StringBuilder("^/shop");
        for (var (segment, last) = (0, Math.Max(place, random.Next(1, 4))); segment <= last; segment++)
        {
            path.Append('/');
            for (var parts = segment == place ? 0 : random.Next(1, 3); parts > 0; parts--)
            {
                path.Append(random.Next(10) switch
                {
                    0 => "[a-z]+",
                    1 => "(a|bc|d)*",
                    2 => "v[0-9]{1,3}",
                    3 => "(x|y)?",
                    4 => "[^/]*",
                    5 => "w" + Number(random.Next(100)),
                    6 => "(-[a-z]+)*",
                    7 => @"\w+",
                    8 => @"(?i:doc|page)s?",
                    _ => @"[0-9a-f]{2,8}\.?",
                });
            }

            if (segment == place)
            {
                path.Append('i').Append(Number(i));
            }
        }

        return path.Append('$').ToString();
    }

    // Equal in every run: an expression of two to five random parts with the number among them. Many of them match requests
    // of others.
    private static string RandomOverlappingPath(int i)
    {
        var random = new Random(i);
        var path = new StringBuilder("^/");
        var parts = random.Next(2, 6);
        var place = random.Next(parts);
        for (var part = 0; part < parts; part++)
        {
            if (part == place)
            {
                path.Append('i').Append(Number(i)).Append('/');
            }

            path.Append(random.Next(9) switch
            {
                0 => "[a-z]+",
                1 => "(a|bc|d)*",
                2 => "v[0-9]{1,3}",
                3 => "(x|y)?",
                4 => "[^/]*",
                5 => "w" + Number(random.Next(100)),
                6 => "(/[a-z]+)*",
                7 => @"\w+",
                _ => "q.*",
            });
        }

        return path.Append('$').ToString();
    }
}
