using System;
using System.Collections.Generic;

namespace LightningOps.ApertureYaml.GoYaml;

/// <summary>The keys of one mapping so far.</summary>
internal sealed class YamlKeys
{
    private const int SmallCount = 12;

    private readonly List<(string Text, YamlToken Token)> small = new();
    private Dictionary<string, YamlToken>? large;

    /// <summary>Adds a key; the token of the one with this text where the mapping has it already.</summary>
    public YamlToken? Add(string text, YamlToken token)
    {
        if (large is null && small.Count == SmallCount)
        {
            large = new Dictionary<string, YamlToken>(StringComparer.Ordinal);
            foreach (var known in small)
            {
                large.Add(known.Text, known.Token);
            }
        }

        if (large is not null)
        {
            if (large.TryGetValue(text, out var found))
            {
                return found;
            }

            large.Add(text, token);
            return null;
        }

        foreach (var known in small)
        {
            if (string.Equals(known.Text, text, StringComparison.Ordinal))
            {
                return known.Token;
            }
        }

        small.Add((text, token));
        return null;
    }
}
