using System;
using System.Linq;
using LightningOps.TestProcess.Verbs;

namespace LightningOps.TestProcess;

/// <summary>Runs the verb named by the first argument. To add one: a class in Verbs and a line here.</summary>
internal static class Program
{
    private static readonly IVerb[] All =
    {
        new AppendRecords(),
        new Buy(),
        new CompileHashes(),
        new HoldDatabase(),
        new HoldLease(),
        new ImportHalf(),
        new ImportSettlements(),
        new Listen(),
        new ReconcileFile(),
        new RecordEvents(),
        new RollOutFile(),
        new Say(),
        new WaitForever(),
        new WriteLoop(),
        new WatchPostgres(),
        new WritePostgres(),
    };

    private static int Main(string[] arguments)
    {
        var verb = All.FirstOrDefault(candidate => candidate.Name == arguments.FirstOrDefault());
        if (verb is not null)
        {
            return verb.Run(arguments[1..]);
        }

        Console.Error.WriteLine("usage: <verb> [arguments]; verbs: " + string.Join(", ", All.Select(known => known.Name)));
        return 64;
    }
}
