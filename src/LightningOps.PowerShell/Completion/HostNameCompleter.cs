using System.Linq;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes a host of a stored route. An expression and a wildcard are not hosts.</summary>
public sealed class HostNameCompleter : HostPatternCompleter
{
    private protected override bool IsProposed(string pattern) => pattern.Length > 0 && pattern.All(static character => char.IsLetterOrDigit(character) || character is '.' or '-' or ':');
}
