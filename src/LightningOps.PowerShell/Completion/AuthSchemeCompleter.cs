using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the scheme of the credentials that a paywall accepts.</summary>
public sealed class AuthSchemeCompleter : IArgumentCompleter
{
    private static readonly string[] Schemes = ["l402", "mpp", "l402+mpp"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Schemes.Where(scheme => scheme.StartsWith((wordToComplete ?? string.Empty).Trim('\'', '"'), StringComparison.OrdinalIgnoreCase)).Select(static scheme => new CompletionResult(scheme)).ToList();
}
