using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Aperture matches the path as sent, then joins a rewrite prefix with dot segments resolved; many upstreams resolve
/// them as well. So <c>/one/free/../paid</c> is free, and <c>/../../etc</c> leaves a prefix. Each kind gives one
/// warning for all services, with one example request.
/// </summary>
internal sealed class DotSegmentRules(ConfigFindings findings)
{
    private readonly Found free = new();
    private readonly Found rewritten = new();

    /// <summary>Adds a service.</summary>
    public void Add(Section service)
    {
        if (Read(service.Text("pathregexp")) is not { } path)
        {
            return;
        }

        if (GatewayService.NormalizeAuth(service.Text("auth")) != GatewayService.AuthOff
            && service.Texts("authwhitelistpaths").Select(item => FindPaid(path, item.Text)).FirstOrDefault(static witness => witness is not null) is { } paid)
        {
            free.Add(service, "authwhitelistpaths", paid);
        }

        var prefix = service.Child("rewrite").Text("prefix");
        if (RewritePrefix.IsAbsolutePath(prefix) && prefix.Trim('/').Length > 0 && FindOutside(path, prefix) is { } outside)
        {
            rewritten.Add(service, "rewrite", outside);
        }
    }

    /// <summary>Reports what was found.</summary>
    public void Report()
    {
        Report(free, "whitelist_escapable", "free paths can be left with dot segments: {1} is free, and an upstream that resolves it serves {2}; let the upstream refuse dot segments ({0})");
        Report(rewritten, "rewrite_prefix_escapable", "a request with dot segments leaves the prefix, for example {1}; let the upstream refuse paths outside of it ({0})");
    }

    private void Report(Found found, string code, string message)
    {
        if (found.First is { } service)
        {
            findings.Warn(
                code,
                string.Format(CultureInfo.InvariantCulture, message, found.Count == 1 ? "1 service" : found.Count.ToString(CultureInfo.InvariantCulture) + " services", found.Witness, Resolve(found.Witness)),
                service.At(found.Key),
                service.GetPath(found.Key));
        }
    }

    private static string? FindPaid(RegularLanguage path, string expression)
    {
        if (Read(expression) is not { } whitelist)
        {
            return null;
        }

        var stem = whitelist.LiteralPrefix.StartsWith("/", System.StringComparison.Ordinal) ? whitelist.LiteralPrefix : "/" + whitelist.LiteralPrefix;
        foreach (var inside in new[] { stem, stem + "/x", stem + "x" })
        {
            var witness = inside.TrimEnd('/') + "/../paid";
            if (whitelist.Matches(witness) && path.Matches(witness) && path.Matches(Resolve(witness)) && !whitelist.Matches(Resolve(witness)))
            {
                return witness;
            }
        }

        return null;
    }

    private static string? FindOutside(RegularLanguage path, string prefix)
    {
        var begin = path.LiteralPrefix.StartsWith("/", System.StringComparison.Ordinal) ? path.LiteralPrefix : "/";
        foreach (var stem in new[] { begin.Substring(0, begin.LastIndexOf('/') + 1), begin.TrimEnd('/') + "/" })
        {
            var steps = CountSegments(stem) + CountSegments(prefix);
            var witness = stem + string.Concat(Enumerable.Repeat("../", steps)) + "etc";
            if (path.Matches(witness))
            {
                return witness;
            }
        }

        return null;
    }

    private static RegularLanguage? Read(string expression) =>
        expression.Length == 0 ? RegularLanguage.Prefix("/")
        : Re2Expression.TryParse(expression, out var parsed, out _) && RegularLanguage.FromExpression(parsed) is { MatchesExactly: true } language ? language
        : null;

    private static int CountSegments(string path) => path.Split('/').Count(static segment => segment.Length > 0);

    private static string Resolve(string path)
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

    /// <summary>The first service found, and how many there are.</summary>
    private sealed class Found
    {
        public Section? First { get; private set; }

        public string Key { get; private set; } = string.Empty;

        public string Witness { get; private set; } = string.Empty;

        public int Count { get; private set; }

        public void Add(Section service, string key, string witness)
        {
            Count++;
            if (First is null)
            {
                First = service;
                Key = key;
                Witness = witness;
            }
        }
    }
}
