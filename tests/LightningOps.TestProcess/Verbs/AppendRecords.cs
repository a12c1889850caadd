using System;
using System.Globalization;
using LightningOps.Observability;

namespace LightningOps.TestProcess.Verbs;

/// <summary>
/// <c>append-records path writer count largest-file</c>: appends <c>count</c> observability records whose request names
/// the writer and a number, one call each, and says "ready" after the first; zero means for ever.
/// </summary>
internal sealed class AppendRecords : IVerb
{
    public string Name => "append-records";

    public int Run(string[] arguments)
    {
        var count = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        var sink = new JsonLinesSink(arguments[0], new JsonLinesSinkOptions
        {
            MaxFileSize = long.Parse(arguments[3], CultureInfo.InvariantCulture),
            Files = 1000,
            LockTimeout = TimeSpan.FromSeconds(60),
        });
        for (var number = 0; count == 0 || number < count; number++)
        {
            sink.Write([OperationRecords.Reconcile(FormattableString.Invariant($"{arguments[1]}:{number}"), failureCode: null, atMs: number)]);
            if (number == 0)
            {
                Console.WriteLine("ready");
            }
        }

        Console.WriteLine("done");
        return 0;
    }
}
