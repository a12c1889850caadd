using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Completion;

/// <summary>
/// Completes an argument with what a control plane on this machine holds. A hosted one is never called from the prompt,
/// and whatever fails completes nothing.
/// </summary>
public abstract class StoreCompleter : IArgumentCompleter
{
    private const int MostShown = 200;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var typed = (wordToComplete ?? string.Empty).Trim('\'', '"');
            return Values(fakeBoundParameters)
                .Where(value => value.Id.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
                .OrderBy(static value => value.Id, StringComparer.Ordinal)
                .Take(MostShown)
                .Select(static value => new CompletionResult(value.Id, value.Id, CompletionResultType.ParameterValue, value.About))
                .ToList();
        }
#pragma warning disable CA1031 // A prompt must not fail because a store cannot be read.
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }

    /// <summary>Ids the control plane holds, each with a word about it.</summary>
    private protected abstract Task<IEnumerable<(string Id, string About)>> ListAsync(IControlPlane controlPlane, CancellationToken cancellationToken);

    private IEnumerable<(string Id, string About)> Values(IDictionary bound)
    {
        var context = SessionContext.Of(Runspace.DefaultRunspace);
        var given = bound["Mode"]?.ToString() ?? context.Read(EnvironmentVariables.ControlPlaneMode);
        if (!Enum.TryParse<ControlPlaneMode>(given, ignoreCase: true, out var mode) || mode is not (ControlPlaneMode.Local or ControlPlaneMode.Mock))
        {
            return [];
        }

        var store = bound["StorePath"]?.ToString();
        using var controlPlane = ControlPlaneFactory.Open(mode, variable => variable == EnvironmentVariables.Store && store is not null ? store : context.Read(variable));
        return ListAsync(controlPlane, CancellationToken.None).GetAwaiter().GetResult().ToList();
    }
}
