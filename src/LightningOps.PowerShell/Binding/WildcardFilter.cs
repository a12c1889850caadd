using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace LightningOps.PowerShell.Binding;

/// <summary>Takes what any of several wildcard patterns takes, and what is spelt as one: a host <c>[::1]:8080</c> is a pattern, too.</summary>
internal sealed class WildcardFilter
{
    private readonly (string Text, WildcardPattern Pattern)[] patterns;

    public WildcardFilter(IEnumerable<string> patterns) =>
        this.patterns = patterns.Select(static pattern => (pattern, WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant))).ToArray();

    public bool IsMatch(string value) => patterns.Any(pattern => pattern.Text == value || pattern.Pattern.IsMatch(value));
}
