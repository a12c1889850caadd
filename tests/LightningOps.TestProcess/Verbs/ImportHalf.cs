using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Paywalls;
using LightningOps.Storage;

namespace LightningOps.TestProcess.Verbs;

/// <summary>
/// <c>import-half store paywalls</c>: imports so many paywalls named old, then begins to import as many named new,
/// says half in the middle and waits there to be killed.
/// </summary>
internal sealed class ImportHalf : IVerb
{
    public string Name => "import-half";

    public int Run(string[] arguments)
    {
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = arguments[0] });
        var count = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        foreach (var snapshot in new[] { new Snapshot("old", count, StopsAt: -1), new Snapshot("new", count, StopsAt: count / 2) })
        {
            plane.ImportPaywallsAsync(snapshot, PaywallImportMode.Replace, CancellationToken.None).GetAwaiter().GetResult();
        }

        return 1;
    }

    private sealed record Snapshot(string Name, int Count, int StopsAt) : IReadOnlyList<Paywall>
    {
        public Paywall this[int index] => new()
        {
            PaywallId = "pw_" + index.ToString(CultureInfo.InvariantCulture),
            OwnerId = "owner",
            Name = Name,
            Policy = new PaywallPolicy { PaywallId = "pw", OwnerId = "owner", PricingMode = "fixed" },
            Routes = [],
        };

        public IEnumerator<Paywall> GetEnumerator()
        {
            for (var index = 0; index < Count; index++)
            {
                if (index == StopsAt)
                {
                    Console.WriteLine("half");
                    Thread.Sleep(Timeout.Infinite);
                }

                yield return this[index];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
