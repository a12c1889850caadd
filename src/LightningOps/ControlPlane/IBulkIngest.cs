using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.ControlPlane;

/// <summary>A control plane that takes many events at once, all or nothing; the hosted ones take them one by one.</summary>
public interface IBulkIngest
{
    /// <summary>Ingests events in their order, in one transaction.</summary>
    /// <param name="events">A few thousand at most: they and their outcomes are held in memory.</param>
    /// <param name="cancellationToken">Stops it; nothing of the batch is then recorded.</param>
    /// <returns>What became of each event, in their order.</returns>
    /// <exception cref="InvalidPreimageException">A preimage is not lower-case hex; nothing of the batch is recorded.</exception>
    Task<IReadOnlyList<IngestOutcome>> IngestAsync(IReadOnlyList<SettlementEvent> events, CancellationToken cancellationToken);
}
