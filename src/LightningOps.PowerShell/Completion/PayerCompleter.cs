using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the name of a wallet.</summary>
public sealed class PayerCompleter : IArgumentCompleter
{
    private static readonly (string Name, string About)[] Kinds =
    [
        ("executor", "The wallet executor of this session"),
        ("executor:https://", "A wallet executor"),
        ("lnd:https://", "The REST API of an LND node"),
        ("cln:https://", "The REST plugin of a Core Lightning node"),
        ("phoenixd:http://127.0.0.1:9740", "phoenixd"),
        ("simulated", "The wallet of the loopback gateway of this session"),
        ("mock", "A wallet without money, for trials"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = (wordToComplete ?? string.Empty).Trim('\'', '"');
        return Kinds
            .Where(kind => kind.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(static kind => new CompletionResult(kind.Name, kind.Name, CompletionResultType.ParameterValue, kind.About))
            .ToList();
    }
}
