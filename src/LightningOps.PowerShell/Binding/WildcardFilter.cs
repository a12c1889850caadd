using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace LightningOps.PowerShell.Binding;

/// <summary>Matches any of several wildcard patterns, and literal text that looks like a pattern, such as the host <c>[::1]:8080</c>.</summary>
internal sealed class WildcardFilter
{
    private readonly (string Text, WildcardPattern Pattern)[] patterns;

    public WildcardFilter(IEnumerable<string> patterns) =>
        this.patterns = patterns.Select(static pattern => (pattern, WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant))).ToArray();

    public bool IsMatch(string value) => patterns.Any(pattern => pattern.Text == value || pattern.Pattern.IsMatch(value));
}
