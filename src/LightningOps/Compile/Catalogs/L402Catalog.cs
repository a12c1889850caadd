using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading;
using LightningOps.Compile.Aperture;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Compile.Catalogs;

/// <summary>Lists the sales of a compile, for machines (docs/reference/compile.md#catalog). It names no upstream and no owner.</summary>
public static class L402Catalog
{
    private const long Budget = 20_000_000;
    private const int MaxPairs = 100_000;

    /// <summary>The document as UTF-8 JSON, indented, with a line feed at its end.</summary>
    /// <param name="compile">A valid compile for Aperture.</param>
    /// <param name="options">Form and texts.</param>
    /// <exception cref="ConfigException">The compile has no artifact, the rules have several hosts and none is named, or no rule sells at the host.</exception>
    public static byte[] Create(CompileResult compile, L402CatalogOptions options)
    {
        if (!compile.Valid || compile.Format != ArtifactFormat.Aperture)
        {
            throw new ConfigException("InputObject", "must be a valid compile for Aperture", "Compile with -Format Aperture, and correct what its Diagnostics say.");
        }

        var host = options.HostName is { } name ? HostName.Read(name.Trim().TrimEnd('.').ToLowerInvariant(), "with a port if it is not 443") : FindOnlyHost(compile.Rules.Where(static rule => !rule.IsClosed).ToArray());
        var routes = FindReached(compile.Rules.Where(rule => MatchesHost(rule, host)).ToArray()).Where(static rule => !rule.IsClosed).Select(static rule => new CatalogRoute(rule)).ToArray();
        if (routes.Length == 0)
        {
            throw new ConfigException("HostName", "has no rule that sells: " + host, "Specify a host of the rules, as clients send it.");
        }

        var document = options.Format == L402CatalogFormat.OpenApi ? OpenApiCatalog.Create(routes, host, options) : ServicesCatalog.Create(routes, host, options);

        // Indented with the line ends of the system.
        var json = JsonSerializer.Serialize(document, new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        return Encoding.UTF8.GetBytes(json.Replace("\r\n", "\n") + "\n");
    }

    // A rule whose requests an earlier one takes at this host sells nothing at it, also where the earlier one is closed.
    private static IEnumerable<CompiledRule> FindReached(CompiledRule[] rules)
    {
        var table = new PatternTable(new AnalysisBudget(Budget));
        var any = table.Host("*");
        var patterns = Array.ConvertAll(rules, rule => new RequestPattern(any, table.Path(rule.Path.StartsWith("/^", StringComparison.Ordinal) ? rule.Path.Substring(1) : rule.Path)));
        var taken = new HashSet<int>(
            RulePairs.Find(patterns, new AnalysisBudget(Budget), MaxPairs + rules.Length, CancellationToken.None).Found
                .Where(static pair => pair.Relation is Relation.Equal or Relation.Contains)
                .Select(static pair => pair.Second));
        return rules.Where((_, place) => !taken.Contains(place));
    }

    private static bool MatchesHost(CompiledRule rule, string host) =>
        Re2Expression.TryParse(rule.HostRegexp!, out var expression, out _)
        && RegularLanguage.FromExpression(expression, universe: CodePointSet.Hosts).Matches(host);

    private static string FindOnlyHost(IReadOnlyList<CompiledRule> rules)
    {
        var table = new PatternTable(new AnalysisBudget(0));
        var hosts = rules.Select(rule => table.Host(rule.Host).BareHost).Where(static host => host is not null).Select(static host => host!).Distinct(StringComparer.Ordinal).OrderBy(static host => host, StringComparer.Ordinal).ToArray();
        return hosts.Length == 1
            ? hosts[0]
            : throw new ConfigException(
                "HostName",
                hosts.Length == 0 ? "missing: no rule names a single host" : "missing: the rules are of several hosts: " + string.Join(", ", hosts.Take(10)) + (hosts.Length > 10 ? ", …" : string.Empty),
                "A catalog lists one host: specify it with -HostName.");
    }
}
