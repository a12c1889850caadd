using System;
using System.Globalization;
using System.Threading;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Storage;

namespace LightningOps.TestProcess.Verbs;

/// <summary><c>record-events store name count</c>: records so many events and invoices one by one, then says done.</summary>
internal sealed class RecordEvents : IVerb
{
    public string Name => "record-events";

    public int Run(string[] arguments)
    {
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = arguments[0], LockTimeout = TimeSpan.FromMinutes(1) });
        var count = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        for (var i = 0; i < count; i++)
        {
            var draft = new GatewayEventDraft
            {
                PaywallId = "pw",
                OwnerId = "owner",
                EventType = "written",
                Level = EventLevel.Info,
                DeploymentId = arguments[1],
                RequestId = i.ToString(CultureInfo.InvariantCulture),
            };
            plane.RecordEventAsync(draft, CancellationToken.None).GetAwaiter().GetResult();
        }

        Console.WriteLine("done");
        return 0;
    }
}
