using System.Globalization;
using System.Linq;
using LightningOps.Http;
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
    private const long MaxSteps = 20_000_000;

    private readonly DotSegments search = new(new AnalysisBudget(MaxSteps));
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
            && service.Texts("authwhitelistpaths").Select(item => Read(item.Text) is { } whitelist ? search.FindFree(whitelist, path, path) : null).FirstOrDefault(static witness => witness is not null) is { } paid)
        {
            free.Add(service, "authwhitelistpaths", paid);
        }

        var prefix = service.Child("rewrite").Text("prefix");
        if (RewritePrefix.IsAbsolutePath(prefix) && prefix.Trim('/').Length > 0 && search.FindOutside(path, service.Text("pathregexp"), prefix) is { } outside)
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
                string.Format(CultureInfo.InvariantCulture, message, (search.IsCutShort ? "at least " : string.Empty) + (found.Count == 1 ? "1 service" : found.Count.ToString(CultureInfo.InvariantCulture) + " services"), PathEncoding.Encode(found.Witness), PathEncoding.Encode(DotSegments.Resolve(found.Witness))),
                service.At(found.Key),
                service.GetPath(found.Key));
        }
    }

    private static RegularLanguage? Read(string expression) =>
        expression.Length == 0 ? RegularLanguage.Prefix("/")
        : Re2Expression.TryParse(expression, out var parsed, out _) && RegularLanguage.FromExpression(parsed) is { MatchesExactly: true } language ? language
        : null;

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
