using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Settlements;

/// <summary>Where events come from, part by part.</summary>
public interface ISettlementSource
{
    /// <summary>What it is called in messages.</summary>
    string Name { get; }

    /// <summary>Size of the whole in the unit of <see cref="SettlementBatch.Position"/>, or null when nobody knows.</summary>
    long? Length { get; }

    /// <summary>Reads on; the part before may still be being ingested.</summary>
    /// <param name="most">At most so many inputs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<SettlementBatch> ReadAsync(int most, CancellationToken cancellationToken);

    /// <summary>Told once a part is ingested, part by part in their order.</summary>
    /// <param name="batch">The part.</param>
    /// <param name="failed">How many of its events the control plane did not take.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task TakenAsync(SettlementBatch batch, int failed, CancellationToken cancellationToken);
}
