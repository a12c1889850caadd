using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Smoke.FullFlow;

/// <summary>One way to run the full flow.</summary>
internal interface IFullFlow
{
    /// <summary>Makes the checks, each in a stage of the report.</summary>
    /// <exception cref="LightningOpsException">A check did not pass or could not be made; the report has it.</exception>
    Task RunAsync(CancellationToken cancellationToken);
}
