using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Threading;
using LightningOps.ControlPlane.Local;
using LightningOps.L402.Credentials;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes an argument with what the store of credentials holds; whatever fails completes nothing.</summary>
public abstract class PurchaseCompleter : IArgumentCompleter
{
    private const int MostShown = 200;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var typed = (wordToComplete ?? string.Empty).Trim('\'', '"');
            var environment = SessionContext.Of(Runspace.DefaultRunspace).Environment();
            var path = fakeBoundParameters["CredentialStorePath"] is { } given ? StoreCompleter.FileOf(given.ToString()) : StorePaths.DefaultCredentialStorePath(environment);
            if (!File.Exists(path))
            {
                return [];
            }

            using var store = CredentialStores.Open(path, environment);
            return store.ListAsync(new PurchaseQuery(), CancellationToken.None).GetAwaiter().GetResult()
                .Where(static purchase => purchase.State is not (PurchaseState.Failed or PurchaseState.Removed))
                .Select(purchase => (Value: ValueOf(purchase), Purchase: purchase))
                .Where(found => found.Value.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
                .GroupBy(static found => found.Value, StringComparer.Ordinal)
                .Take(MostShown)
                .Select(static found => Offer.Of(found.Key, found.First().Purchase.State + ", " + found.First().Purchase.For))
                .ToList();
        }
#pragma warning disable CA1031 // A prompt must not fail because a store cannot be read.
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }

    /// <summary>What of a purchase the argument is.</summary>
    private protected abstract string ValueOf(Purchase purchase);
}
