using System;
using System.Collections.Generic;

namespace LightningOps.ApertureYaml.Check;

/// <summary>The keys of one mapping so far. Reports a repeated key, which stops Aperture at any level.</summary>
internal sealed class KeySet
{
    private const int SmallCount = 12;

    private readonly List<ScalarNode> small = new();
    private Dictionary<string, ScalarNode>? large;

    /// <summary>Adds a key, or reports it as a duplicate.</summary>
    public void Add(ConfigNode key, ConfigFindings findings)
    {
        if (key.Target is not ScalarNode scalar)
        {
            return;
        }

        if (Find(scalar.Text) is { } first)
        {
            findings.Error(
                "duplicate_key",
                FormattableString.Invariant($"the key \"{scalar.Text}\" is already set on line {first.Position.Line}, and Aperture stops at the second: remove one of them"),
                key.Position);
            return;
        }

        if (large is not null)
        {
            large.Add(scalar.Text, scalar);
        }
        else
        {
            small.Add(scalar);
        }
    }

    private ScalarNode? Find(string text)
    {
        if (large is null && small.Count <= SmallCount)
        {
            foreach (var key in small)
            {
                if (string.Equals(key.Text, text, StringComparison.Ordinal))
                {
                    return key;
                }
            }

            return null;
        }

        large ??= Index();
        return large.TryGetValue(text, out var found) ? found : null;
    }

    private Dictionary<string, ScalarNode> Index()
    {
        var index = new Dictionary<string, ScalarNode>(StringComparer.Ordinal);
        foreach (var key in small)
        {
            index[key.Text] = key;
        }

        return index;
    }
}
