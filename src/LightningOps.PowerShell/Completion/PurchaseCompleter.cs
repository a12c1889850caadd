using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation.Runspaces;
using System.Threading;
using LightningOps.Buyer.Credentials;
using LightningOps.PowerShell.Session;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes an argument with values from the credential store, newest first.</summary>
public abstract class PurchaseCompleter : StoredValueCompleter
{
    /// <summary>The value of a purchase for the argument.</summary>
    private protected abstract string GetValue(Purchase purchase);

    private protected sealed override IEnumerable<(string Id, string About)> Values(IDictionary bound)
    {
        var environment = SessionContext.For(Runspace.DefaultRunspace).Environment();
        var path = bound["CredentialStorePath"] is { } given ? ResolveFile(given.ToString()) : null;
        if ((path is not null || CredentialStores.FindTeam(environment) is null) && !File.Exists(CredentialStores.Resolve(path, environment)))
        {
            return [];
        }

        using var store = CredentialStores.Open(path, environment);
        return store.ListAsync(new PurchaseQuery(), CancellationToken.None).GetAwaiter().GetResult()
            .Where(static purchase => purchase.State is not (PurchaseState.Failed or PurchaseState.Removed))
            .GroupBy(GetValue, StringComparer.Ordinal)
            .Select(static found => (found.Key, found.First().State + ", " + found.First().For))
            .ToList();
    }
}
