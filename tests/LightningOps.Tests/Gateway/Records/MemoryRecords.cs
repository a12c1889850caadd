using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Records;

namespace LightningOps.Tests.Gateway.Records;

internal sealed class MemoryRecords : IGatewayRecords
{
    private Dictionary<string, GatewayRecord> records = [];

    public IReadOnlyDictionary<string, GatewayRecord> Copy() => new Dictionary<string, GatewayRecord>(records);

    public void PutBack(IReadOnlyDictionary<string, GatewayRecord> copy) => records = new Dictionary<string, GatewayRecord>(copy);

    public Task<GatewayRecord> ReadAsync(string gateway, CancellationToken cancellationToken) =>
        Task.FromResult(records.GetValueOrDefault(gateway, GatewayRecord.Empty));

    public Task WriteAsync(string gateway, GatewayRecord record, CancellationToken cancellationToken)
    {
        records[gateway] = record;
        return Task.CompletedTask;
    }

    public void Dispose()
    {
    }
}
