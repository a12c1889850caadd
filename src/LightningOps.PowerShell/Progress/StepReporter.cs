using System;
using LightningOps.Buyer;

namespace LightningOps.PowerShell.Progress;

/// <summary>Writes the steps of purchases to the verbose stream, and important ones as warnings.</summary>
internal sealed class StepReporter : IProgress<L402Step>
{
    private readonly Action<string> writeVerbose;
    private readonly Action<string> writeWarning;

    /// <param name="writeVerbose">Writes to the verbose stream.</param>
    /// <param name="writeWarning">Writes to the warning stream.</param>
    public StepReporter(Action<string> writeVerbose, Action<string> writeWarning)
    {
        this.writeVerbose = writeVerbose;
        this.writeWarning = writeWarning;
    }

    public void Report(L402Step value)
    {
        try
        {
            (value.Name == L402Step.Warning ? writeWarning : writeVerbose)(value.Text);
        }
        catch (OperationCanceledException)
        {
            // The pipeline is stopped and accepts nothing more; the purchase must still end properly.
        }
    }
}
