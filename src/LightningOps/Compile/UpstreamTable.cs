using System;
using System.Collections.Generic;

namespace LightningOps.Compile;

/// <summary>Reads upstream URLs, each text once: most routes of a snapshot share their upstreams.</summary>
internal sealed class UpstreamTable
{
    private readonly Dictionary<string, UpstreamUrl?> byText = new(StringComparer.Ordinal);

    /// <summary>The URL in <paramref name="text"/>, or null when it is not an absolute one.</summary>
    public UpstreamUrl? Read(string text)
    {
        if (!byText.TryGetValue(text, out var url))
        {
            byText.Add(text, url = UpstreamUrl.TryParse(text));
        }

        return url;
    }
}
