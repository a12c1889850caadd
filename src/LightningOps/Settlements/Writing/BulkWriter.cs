using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.Settlements.Writing;

/// <summary>Writes a part in one transaction: all of it, or nothing.</summary>
internal sealed class BulkWriter : IBatchWriter
{
    private readonly IBulkIngest controlPlane;

    public BulkWriter(IBulkIngest controlPlane) => this.controlPlane = controlPlane;

    public LightningOpsException? StoppedBy => null;

    public async Task<IReadOnlyList<WrittenInput>> WriteAsync(IReadOnlyList<SettlementInput> inputs, CancellationToken cancellationToken)
    {
        var events = inputs.Select(static input => input.Event).OfType<SettlementEvent>().ToArray();
        var outcomes = events.Length == 0 ? [] : await controlPlane.IngestAsync(events, cancellationToken).ConfigureAwait(false);
        var next = 0;
        return inputs
            .Select(input => input.Event is null ? new WrittenInput(null, input.Rejection) : new WrittenInput(outcomes[next++], null))
            .ToArray();
    }
}
