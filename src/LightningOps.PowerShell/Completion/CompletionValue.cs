using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace LightningOps.PowerShell.Completion;

/// <summary>A completion value, quoted if the prompt would read it differently, because it comes from a store.</summary>
internal static class CompletionValue
{
    private const string Plain = "_-./:+=";

    public static CompletionResult Create(string value, string about) =>
        new(IsPlain(value) ? value : "'" + CodeGeneration.EscapeSingleQuotedStringContent(value) + "'", value, CompletionResultType.ParameterValue, about.Length == 0 ? value : about);

    private static bool IsPlain(string value) => value.Length > 0 && (char.IsLetterOrDigit(value[0]) || value[0] == '_' || value[0] == '/')
        && value.All(static letter => char.IsLetterOrDigit(letter) || Plain.Contains(letter));
}
