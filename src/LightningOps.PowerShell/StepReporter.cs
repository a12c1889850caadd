using System;
using LightningOps.L402.Client;

namespace LightningOps.PowerShell;

/// <summary>Writes the steps of purchases to the verbose stream.</summary>
internal sealed class StepReporter : IProgress<L402Step>
{
    private readonly Action<string> writeVerbose;

    /// <param name="writeVerbose">Writes to the verbose stream.</param>
    public StepReporter(Action<string> writeVerbose) => this.writeVerbose = writeVerbose;

    public void Report(L402Step value)
    {
        try
        {
            writeVerbose(value.Text);
        }
        catch (OperationCanceledException)
        {
            // The pipeline is stopped and takes nothing more; the purchase still has to end well.
        }
    }
}
