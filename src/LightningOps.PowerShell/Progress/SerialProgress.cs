using System;
using LightningOps.Reconcile;

namespace LightningOps.PowerShell.Progress;

/// <summary>Reports stages of gateways that run concurrently, one after the other.</summary>
internal sealed class SerialProgress : IProgress<StageReport>
{
    private readonly object turn = new();
    private readonly IProgress<StageReport> receiver;

    /// <param name="receiver">Receives each stage.</param>
    public SerialProgress(IProgress<StageReport> receiver) => this.receiver = receiver;

    public void Report(StageReport value)
    {
        lock (turn)
        {
            receiver.Report(value);
        }
    }
}
