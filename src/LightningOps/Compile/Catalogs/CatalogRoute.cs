using System.Collections.Generic;
using System.Globalization;
using System.Text;
using LightningOps.ApertureYaml;
using LightningOps.Compile.Aperture;

namespace LightningOps.Compile.Catalogs;

/// <summary>A rule as a catalog lists it.</summary>
internal sealed class CatalogRoute
{
    public CatalogRoute(CompiledRule rule)
    {
        Rule = rule;
        Path = rule.PathRegexp!;
        IsExpression = PatternKind.IsUnanchored(rule.Path) || PatternKind.HasMetacharacter(rule.Path);
        if (!IsExpression)
        {
            Path = Encode(rule.Path);
            Template = CreateTemplate(Path);
        }
    }

    /// <summary>The rule.</summary>
    public CompiledRule Rule { get; }

    /// <summary>Whether its path is an expression, which a template cannot express.</summary>
    public bool IsExpression { get; }

    /// <summary>The path pattern as a URL contains it, or the expression.</summary>
    public string Path { get; }

    /// <summary>The path of OpenAPI, with a parameter for each wildcard.</summary>
    public string Template { get; } = string.Empty;

    /// <summary>Names and meanings of the parameters.</summary>
    public List<(string Name, string Description)> Parameters { get; } = new();

    /// <summary>Price in whole satoshis; null if a price server sets it.</summary>
    public long? PriceSats => Rule.Terms?.DynamicPrice is null ? Rule.PriceSats : null;

    /// <summary>Lifetime of a credential in seconds; null for no end. A price server's credential has none (docs/reference/aperture.md#prices-at-run-time).</summary>
    public long? LifetimeSeconds => PriceSats is null ? null : Rule.Terms?.CredentialLifetimeSeconds;

    /// <summary>Whether an L402 credential opens it.</summary>
    /// <param name="offersPayment">Whether the gateway offers the Payment scheme; without it the declared scheme has no effect.</param>
    public bool AcceptsL402(bool offersPayment) => !offersPayment || AuthSchemes.Accepts(Rule.Terms?.AuthScheme, AuthSchemes.L402);

    /// <summary>Whether a Payment charge opens it.</summary>
    /// <param name="offersPayment">Whether the gateway offers the Payment scheme.</param>
    public bool AcceptsPayment(bool offersPayment) => offersPayment && AuthSchemes.Accepts(Rule.Terms?.AuthScheme, AuthSchemes.Payment);

    /// <summary>The caveats of an L402 credential, with a placeholder for what each request decides.</summary>
    public IReadOnlyList<string> GetCaveats()
    {
        var name = Rule.ServiceName;
        if (PriceSats is null)
        {
            return ["services=" + name + "<PATH>:0"];
        }

        var caveats = new List<string> { "services=" + name + ":0" };
        if (Rule.Terms?.Capabilities is { } capabilities)
        {
            caveats.Add(name + "_capabilities=" + string.Join(",", capabilities));
        }

        foreach (var constraint in Rule.Terms?.Constraints is { } constraints ? PolicyMembers.Sort(constraints) : [])
        {
            caveats.Add(constraint.Key + "=" + constraint.Value);
        }

        if (LifetimeSeconds is not null)
        {
            caveats.Add(name + "_valid_until=<UNIX_TIME>");
        }

        return caveats;
    }

    // Wildcards and octets that are encoded already stay.
    private static string Encode(string path)
    {
        var encoded = new StringBuilder(path.Length);
        foreach (var one in Encoding.UTF8.GetBytes(path))
        {
            if (one is <= (byte)' ' or >= 0x7f)
            {
                encoded.Append('%').Append(one.ToString("X2", CultureInfo.InvariantCulture));
            }
            else
            {
                encoded.Append((char)one);
            }
        }

        return encoded.ToString();
    }

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
