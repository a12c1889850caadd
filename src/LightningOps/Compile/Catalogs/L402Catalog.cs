using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LightningOps.Compile.Aperture;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Compile.Catalogs;

/// <summary>Lists the sales of a compile, for machines (docs/reference/compile.md#catalog). It names no upstream and no owner.</summary>
public static class L402Catalog
{
    /// <summary>The document as UTF-8 JSON, indented, with a line feed at its end.</summary>
    /// <param name="compile">A valid compile for Aperture.</param>
    /// <param name="options">Form and texts.</param>
    /// <exception cref="ConfigException">The compile has no artifact, or the rules have several hosts and none is named.</exception>
    public static byte[] Create(CompileResult compile, L402CatalogOptions options)
    {
        if (!compile.Valid || compile.Format != ArtifactFormat.Aperture)
        {
            throw new ConfigException("InputObject", "must be a valid compile for Aperture", "Compile with -Format Aperture, and correct what its Diagnostics say.");
        }

        var open = compile.Rules.Where(static rule => !rule.IsClosed).ToArray();
        var host = options.HostName?.Trim().TrimEnd('.').ToLowerInvariant() ?? FindOnlyHost(open);
        var routes = open.Where(rule => MatchesHost(rule, host)).Select(static rule => new CatalogRoute(rule)).ToArray();
        var document = options.Format == L402CatalogFormat.OpenApi ? OpenApiCatalog.Create(routes, host, options) : ServicesCatalog.Create(routes, host, options);

        // Indented with the line ends of the system.
        var json = JsonSerializer.Serialize(document, new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        return Encoding.UTF8.GetBytes(json.Replace("\r\n", "\n") + "\n");
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
