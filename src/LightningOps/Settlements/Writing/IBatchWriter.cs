using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Settlements.Writing;

/// <summary>Brings a part of a source into a control plane.</summary>
internal interface IBatchWriter
{
    /// <summary>Writes it; what became of each input, in their order.</summary>
    Task<IReadOnlyList<WrittenInput>> WriteAsync(IReadOnlyList<SettlementInput> inputs, CancellationToken cancellationToken);

    /// <summary>Why nothing more may be written, or null.</summary>
    LightningOpsException? StoppedBy { get; }
}
