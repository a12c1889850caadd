using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace LightningOps.Settings;

/// <summary>The names of the setting variables, and detection of misspelled names.</summary>
public static class VariableNames
{
    private const string Prefix = "OA_LIGHTNING_";

    /// <summary>Every variable this module reads.</summary>
    public static IReadOnlyList<string> All { get; } = typeof(EnvironmentVariables)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(static field => field.IsLiteral)
        .Select(static field => (string)field.GetRawConstantValue()!)
        .OrderBy(static name => name, StringComparer.Ordinal)
        .ToArray();

    /// <summary>Names that begin with the module's prefix but are not variables, each with the nearest known name.</summary>
    /// <param name="names">Names of variables.</param>
    public static IReadOnlyList<(string Name, string Nearest)> FindMisspelt(IEnumerable<string> names) => names
        .Where(static name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !All.Contains(name, StringComparer.Ordinal))
        .OrderBy(static name => name, StringComparer.Ordinal)
        .Select(static name => (name, All.OrderBy(known => KeySuggestion.Distance(name.ToUpperInvariant(), known)).First()))
        .ToArray();
}
