using System.Collections.Generic;
using LightningOps.Gateway.ApertureAdmin;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

internal sealed class MemoryRecords : IGatewayRecords
{
    private readonly Dictionary<string, GatewayRecord> records = [];

    public GatewayRecord Read(string gateway) => records.GetValueOrDefault(gateway, GatewayRecord.Empty);

    public void Write(string gateway, GatewayRecord record) => records[gateway] = record;
}
