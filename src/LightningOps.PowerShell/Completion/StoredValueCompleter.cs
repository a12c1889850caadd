using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes an argument with values stored on this machine; after a failure it completes nothing.</summary>
public abstract class StoredValueCompleter : IArgumentCompleter
{
    private const int MaxShown = 200;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var typed = (wordToComplete ?? string.Empty).Trim('\'', '"');
            return Values(fakeBoundParameters)
                .Where(value => value.Id.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
                .Take(MaxShown)
                .Select(static value => CompletionValue.Create(value.Id, value.About))
                .ToList();
        }
#pragma warning disable CA1031 // A prompt must not fail because a store cannot be read.
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }

    /// <summary>Values in the store in the order they are offered, without duplicates and with a short description.</summary>
    private protected abstract IEnumerable<(string Id, string About)> Values(IDictionary bound);

    /// <summary>A typed path, relative to the location of the prompt, not to the start folder of the process.</summary>
    private protected static string ResolveFile(string path)
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell
            .AddScript("$ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($args[0])")
            .AddArgument(path.Trim('\'', '"'))
            .Invoke<string>()[0];
    }
}
