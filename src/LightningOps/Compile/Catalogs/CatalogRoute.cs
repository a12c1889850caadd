using System.Collections.Generic;
using System.Globalization;
using System.Text;
using LightningOps.Compile.Aperture;

namespace LightningOps.Compile.Catalogs;

/// <summary>A rule as a catalog lists it.</summary>
internal sealed class CatalogRoute
{
    public CatalogRoute(CompiledRule rule)
    {
        Rule = rule;
        IsExpression = rule.Path.StartsWith("/^", System.StringComparison.Ordinal) || PatternKind.HasMetacharacter(rule.Path);
        if (!IsExpression)
        {
            Template = CreateTemplate(rule.Path);
        }
    }

    /// <summary>The rule.</summary>
    public CompiledRule Rule { get; }

    /// <summary>Whether its path is an expression, which a template cannot express.</summary>
    public bool IsExpression { get; }

    /// <summary>The path of OpenAPI, with a parameter for each wildcard.</summary>
    public string Template { get; } = string.Empty;

    /// <summary>Names and meanings of the parameters.</summary>
    public List<(string Name, string Description)> Parameters { get; } = new();

    private string CreateTemplate(string path)
    {
        var stem = path;
        var isPrefix = path == "/" || path.EndsWith("/*", System.StringComparison.Ordinal) || path.EndsWith("/**", System.StringComparison.Ordinal);
        if (isPrefix)
        {
            stem = path.Substring(0, path.LastIndexOf('/') + 1);
        }

        var template = new StringBuilder();
        for (var i = 0; i < stem.Length; i++)
        {
            if (stem[i] != '*')
            {
                template.Append(stem[i]);
                continue;
            }

            var isAny = i + 1 < stem.Length && stem[i + 1] == '*';
            i += isAny ? 1 : 0;
            Append(template, (isAny ? "segments" : "segment") + (Parameters.Count + 1).ToString(CultureInfo.InvariantCulture), isAny ? "Any segments, or none." : "Any text within the segment.");
        }

        if (isPrefix)
        {
            Append(template, "rest", "Any rest of the path, slashes included.");
        }

        return template.ToString();
    }

    private void Append(StringBuilder template, string name, string description)
    {
        template.Append('{').Append(name).Append('}');
        Parameters.Add((name, description));
    }
}
