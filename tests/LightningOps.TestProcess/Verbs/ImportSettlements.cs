using System;
using System.Globalization;
using System.IO;
using System.Threading;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Settlements;
using LightningOps.Settlements.Sources;
using LightningOps.Storage;

namespace LightningOps.TestProcess.Verbs;

/// <summary>
/// <c>import-settlements store file batch</c>: imports the file, says after each batch how many events are recorded, and
/// done at the end.
/// </summary>
internal sealed class ImportSettlements : IVerb
{
    public string Name => "import-settlements";

    public int Run(string[] arguments)
    {
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = arguments[0] });
        using var content = File.OpenRead(arguments[1]);
        var import = new SettlementImport(plane, new SettlementImportOptions
        {
            BatchSize = int.Parse(arguments[2], CultureInfo.InvariantCulture),
            Observer = new Teller(),
        });
        import.ImportAsync(new JsonLinesSource(content, arguments[1]), CancellationToken.None).GetAwaiter().GetResult();
        Console.WriteLine("done");
        return 0;
    }

    private sealed class Teller : ISettlementImportObserver
    {
        public void Ingested(IngestOutcome outcome)
        {
        }

        public void Rejected(RejectedEvent rejected)
        {
        }

        public void Advanced(SettlementImportProgress progress) => Console.WriteLine(progress.Inputs.ToString(CultureInfo.InvariantCulture));
    }
}
