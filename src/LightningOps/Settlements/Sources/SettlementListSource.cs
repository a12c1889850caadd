using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Settlements.Sources;

/// <summary>Events from a list.</summary>
public sealed class SettlementListSource : ISettlementSource
{
    private readonly IReadOnlyList<SettlementInput> inputs;
    private int read;

    /// <summary>Creates the source.</summary>
    /// <param name="inputs">The events.</param>
    /// <param name="name">Its name in messages.</param>
    public SettlementListSource(IReadOnlyList<SettlementInput> inputs, string name)
    {
        this.inputs = inputs;
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Unknown, because others may follow.</summary>
    public long? Length => null;

    /// <inheritdoc/>
    public Task<SettlementBatch> ReadAsync(int most, CancellationToken cancellationToken)
    {
        var next = inputs.Skip(read).Take(most).ToArray();
        read += next.Length;
        return Task.FromResult(new SettlementBatch { Inputs = next, IsLast = read == inputs.Count, Position = read });
    }

    /// <inheritdoc/>
    public Task AcknowledgeAsync(SettlementBatch batch, int failed, CancellationToken cancellationToken) => Task.CompletedTask;
}
