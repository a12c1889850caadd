using System;
using System.Threading;
using LightningOps.Leases;
using LightningOps.Storage;

namespace LightningOps.TestProcess.Verbs;

/// <summary><c>hold-lease file|store path gateway</c>: takes the lease, says its process id and waits to be killed.</summary>
internal sealed class HoldLease : IVerb
{
    public string Name => "hold-lease";

    public int Run(string[] arguments)
    {
        ILeaseStore store = arguments[0] == "file" ? new FileLeases(arguments[1]) : new StoreLeases(new LocalStoreOptions { Path = arguments[1] });
        Lease.AcquireAsync(store, TimeProvider.System, new LeaseRequest(arguments[2], "theirs"), CancellationToken.None).GetAwaiter().GetResult();
        Console.WriteLine(Environment.ProcessId);
        Thread.Sleep(Timeout.Infinite);
        return 1;
    }
}
