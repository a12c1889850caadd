using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes a gateway: its kind, or the path of a file.</summary>
public sealed class GatewayCompleter : IArgumentCompleter
{
    private const string FileKind = "file:";

    private static readonly (string Name, string About)[] Kinds =
    [
        ("ops", "The ops endpoints of this session's gateway"),
        ("ops:https://", "The ops endpoints of a gateway"),
        ("admin:https://", "The admin API of an Aperture"),
        (FileKind, "An aperture.yaml"),
        ("loopback", "The loopback gateway of this session"),
        ("memory", "A gateway in memory, for trials"),
    ];

    private readonly RegisteredGatewayCompleter registered = new();

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = (wordToComplete ?? string.Empty).Trim('\'', '"');
        return typed.StartsWith(FileKind, StringComparison.OrdinalIgnoreCase)
            ? Files(typed.Substring(FileKind.Length))
            : registered.CompleteArgument(commandName, parameterName, wordToComplete ?? string.Empty, commandAst, fakeBoundParameters).Concat(Kinds.Where(kind => kind.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase)).Select(static kind => Result(kind.Name, kind.About))).ToList();
    }

    private static List<CompletionResult> Files(string typed) => CompletionCompleters.CompleteFilename(typed)
        .Where(static file => file.ResultType == CompletionResultType.ProviderContainer || Path.GetExtension(file.ListItemText) is ".yaml" or ".yml")
        .Select(static file => Result(FileKind + file.CompletionText.Trim('\'', '"'), file.ToolTip))
        .ToList();

    private static CompletionResult Result(string name, string about)
    {
        var needsQuotes = name.Any(static letter => char.IsWhiteSpace(letter) || letter is '\'' or ',' or ';' or '$' or '(' or ')');
        return new CompletionResult(needsQuotes ? "'" + name.Replace("'", "''") + "'" : name, name, CompletionResultType.ParameterValue, about);
    }
}
