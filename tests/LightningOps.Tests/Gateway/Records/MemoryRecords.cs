using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Records;

namespace LightningOps.Tests.Gateway.Records;

internal sealed class MemoryRecords : IGatewayRecords
{
    private readonly Dictionary<string, GatewayRecord> records = [];

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
