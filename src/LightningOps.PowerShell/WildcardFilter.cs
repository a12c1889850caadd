using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace LightningOps.PowerShell;

/// <summary>Takes what any of several wildcard patterns takes.</summary>
internal sealed class WildcardFilter
{
    private readonly WildcardPattern[] patterns;

    public WildcardFilter(IEnumerable<string> patterns) =>
        this.patterns = patterns.Select(static pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant)).ToArray();

    public bool Takes(string value) => patterns.Any(pattern => pattern.IsMatch(value));
}
