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
                .Select(static value => Offer.Of(value.Id, value.About))
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
        var environment = SessionContext.Of(Runspace.DefaultRunspace).Environment(bound["StorePath"] is { } path ? FileOf(path.ToString()) : null);
        var mode = bound["Mode"] is { } given ? (ControlPlaneMode)Enum.Parse(typeof(ControlPlaneMode), given.ToString(), ignoreCase: true) : environment.Mode();
        if (mode is not (ControlPlaneMode.Local or ControlPlaneMode.Mock))
        {
            return [];
        }

        using var controlPlane = ControlPlaneFactory.Create(ControlPlaneSettings.From(environment, mode));
        return ListAsync(controlPlane, CancellationToken.None).GetAwaiter().GetResult().ToList();
    }

    // Relative to where the prompt is, not to where the process was started.
    internal static string FileOf(string path)
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell
            .AddScript("$ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($args[0])")
            .AddArgument(path.Trim('\'', '"'))
            .Invoke<string>()[0];
    }
}
