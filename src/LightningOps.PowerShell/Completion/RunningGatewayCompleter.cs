using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the URL of a loopback gateway that runs in this session.</summary>
public sealed class RunningGatewayCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = (wordToComplete ?? string.Empty).Trim('\'', '"');
        return SessionContexts.For(Runspace.DefaultRunspace).Gateways.All
            .Where(gateway => gateway.Url.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(static gateway => new CompletionResult(gateway.Url, gateway.Url, CompletionResultType.ParameterValue, gateway.ConfigPath ?? "No file; serves roll-outs"))
            .ToList();
    }
}
