using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;

namespace LightningOps.PowerShell.Binding;

/// <summary>
/// Matches any of several wildcard patterns, and text that equals one exactly, because a host <c>[::1]:8080</c> is a
/// pattern, too. Text that is not a valid pattern is only compared exactly.
/// </summary>
internal sealed class WildcardFilter
{
    private readonly (string Text, WildcardPattern Pattern)[] patterns;

    public WildcardFilter(IEnumerable<string> patterns) =>
        this.patterns = patterns.Select(static pattern => (pattern, GetPattern(pattern))).ToArray();

    public bool IsMatch(string value) => patterns.Any(pattern => pattern.Text == value || pattern.Pattern.IsMatch(value));

    /// <summary>Whether the text is a wildcard pattern that may match other texts.</summary>
    public static bool IsPattern(string text) => WildcardPattern.ContainsWildcardCharacters(text) && IsValid(text);

    private static WildcardPattern GetPattern(string text) =>
        WildcardPattern.Get(IsValid(text) ? text : WildcardPattern.Escape(text), WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);

    private static bool IsValid(string text)
    {
        try
        {
            WildcardPattern.Get(text, WildcardOptions.None).IsMatch(string.Empty);
            return true;
        }
        catch (WildcardPatternException)
        {
            return false;
        }
    }
}
